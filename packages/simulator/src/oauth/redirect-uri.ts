import type { App } from '../state/entities.ts'
import { isRedirectTarget } from '../state/web-url.ts'

// The origin without its port, and the rest.
const LOOPBACK = /^(https?:\/\/(?:127\.0\.0\.1|\[::1\]))(?::\d{1,5})?(\/[^\s#]{0,2000})?$/

/**
 * Where a user may be sent back to: the registered callback URL that is exactly what was asked for, with any port when
 * both are the loopback address, or the first one when nothing was asked for. Undefined when there is none.
 *
 * @see https://docs.github.com/apps/creating-github-apps/authenticating-with-a-github-app/generating-a-user-access-token-for-a-github-app
 * @see https://docs.github.com/apps/oauth-apps/building-oauth-apps/authorizing-oauth-apps#loopback-redirect-urls
 */
export function resolveRedirectUri({ oauth }: App, asked: string | undefined): string | undefined {
  const registered = oauth.callbackUrls.filter(isRedirectTarget)
  if (asked === undefined) return registered[0]
  if (registered.includes(asked)) return asked
  return registered.some((callback) => isSameLoopback(callback, asked)) ? asked : undefined
}

/** A URL with parameters added; undefined ones are left out. Parameters of the same name are replaced. */
export function withParameters(
  url: string,
  parameters: Readonly<Record<string, string | number | undefined>>,
): string {
  const target = new URL(url)
  for (const [name, value] of Object.entries(parameters))
    if (value !== undefined) target.searchParams.set(name, String(value))
  return target.href
}

// Compared as it is written: what a URL parser would tidy up is another address.
function isSameLoopback(callback: string, asked: string): boolean {
  const [known, wanted] = [LOOPBACK.exec(callback), LOOPBACK.exec(asked)]
  if (known === null || wanted === null || !URL.canParse(asked)) return false
  return known[1] === wanted[1] && (known[2] ?? '/') === (wanted[2] ?? '/')
}
