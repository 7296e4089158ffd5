// Writes docs/errors.md from the ERRORS table of core; with --check, fails when the page is stale.
import { readFileSync, writeFileSync } from 'node:fs'
import { ERRORS } from '../packages/core/dist/index.js'

const page = new URL('../docs/errors.md', import.meta.url)
const rows = Object.entries(ERRORS).map(
  ([code, { status, retryable, remedy }]) =>
    `| \`${code}\` | ${status} | ${retryable ? 'yes' : 'no'} | ${remedy.replaceAll('|', '\\|')} |`,
)
const text = `# Errors

Every error that Hubauth throws is a \`HubauthError\` with one of these codes, except \`TypeError\` for options that can
never work. Recognise it with \`HubauthError.isInstance(error)\`, which also works across two copies of the package, and
\`switch\` on \`error.code\`, which narrows \`error.details\`.

*Status* is what a server answers when the error ends a request (\`error.status\`). *Retryable* says whether the same call
may succeed later without anybody changing anything (\`error.retryable\`). The message says what is wrong and what to do;
its words may change in any release, the codes may not. No message, property or cause holds a key, token, JWT, secret,
signature or payload.

| Code | Status | Retryable | What to do |
|---|---|---|---|
${rows.join('\n')}

This page is generated from \`packages/core/src/errors.ts\`: \`node tools/errors-doc.mjs\`.
`

if (!process.argv.includes('--check')) writeFileSync(page, text)
else if (readFileSync(page, 'utf8') !== text) {
  console.error('docs/errors.md is stale: run "npm run build && node tools/errors-doc.mjs".')
  process.exitCode = 1
}
