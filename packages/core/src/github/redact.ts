/** Tokens of GitHub (classic and stateless, https://github.blog/changelog/2026-04-24-notice-about-upcoming-new-format-for-github-app-installation-tokens/), JWTs, and PEM blocks. */
const SECRETS =
  /\b(?:gh[pousr]_|github_pat_)[A-Za-z0-9._-]+|\beyJ[A-Za-z0-9_-]+(?:\.[A-Za-z0-9_-]*)*|-----BEGIN[\s\S]*?(?:-----END[A-Z0-9 ]*-----|$)/g

const MAX_LENGTH = 300

/** Makes text from elsewhere fit to be shown: without anything that looks like a secret, on one line, and short. */
export function redact(text: string): string {
  const safe = text
    .replace(SECRETS, '[redacted]')
    .replace(/[\s\p{Cc}]+/gu, ' ')
    .trim()
  return safe.length > MAX_LENGTH ? `${safe.slice(0, MAX_LENGTH)}…` : safe
}
