// Writes docs/simulator-errors.md from the simulator's tables; with --check, fails when the page is stale.
import { readFileSync, writeFileSync } from 'node:fs'
import {
  FAILURE_MODES,
  GITHUB_ERRORS,
  GRAPHQL_ERRORS,
  OAUTH_ERRORS,
} from '../packages/simulator/dist/index.js'

const page = new URL('../docs/simulator-errors.md', import.meta.url)

// F and M are guesses as far as GitHub goes, so they must be seen to be.
const marked = (evidence) => (/[FM]/.test(evidence) ? `**${evidence}** ⚠` : evidence)
const cell = (text) => text.trim().replaceAll('|', '\\|').replaceAll('\n', '<br>')
const code = (text) => `\`${cell(text)}\``

const modes = FAILURE_MODES.map(({ number, name, summary, errors, answer, evidence, by, how }) => {
  const seen = errors.map((error) => `${GITHUB_ERRORS[error].status} ${code(error)}`)
  const answers = [...seen, ...(answer === undefined ? [] : [cell(answer)])].join('<br>')
  const kinds = evidence.map(marked).join(', ')
  return `| ${number} | ${code(name)} | ${cell(summary)} | ${answers} | ${kinds} | ${by} | ${cell(how)} |`
})
const errors = Object.entries(GITHUB_ERRORS).map(
  ([name, { status, message, evidence }]) =>
    `| ${code(name)} | ${status} | ${cell(message)} | ${marked(evidence)} |`,
)
const oauth = Object.entries(OAUTH_ERRORS).map(
  ([, { error, description, evidence, status = 200 }]) =>
    `| ${code(error)} | ${status} | ${cell(description)} | ${marked(evidence)} |`,
)
const graphql = Object.entries(GRAPHQL_ERRORS).map(
  ([, { type = '', message, evidence }]) =>
    `| ${type === '' ? '' : code(type)} | ${cell(message)} | ${marked(evidence)} |`,
)

const text = `# The simulator: failure modes and errors

What [\`@hubauth/simulator\`](../packages/simulator/README.md) can make happen, and every text it can answer with.

*Evidence* says where our knowledge of GitHub's behaviour comes from: **D** GitHub's documentation, **I** quoted in a public
issue, **C** the source of a client that matches on it, **F** third-party code or fakes, **M** memory. What is marked ⚠ rests on
F or M, at least in part: GitHub may well answer something else, so write no client that depends on it.

## Failure modes

*By* says how a mode is provoked: \`fault\` is \`fail({ mode })\`, with \`times\`, \`after\`, \`route\`, \`probability\` and the rest;
\`state\` is a method that changes something, after which GitHub's own rules do the rest; \`option\` is an option of the simulator;
\`request\` is for the client to do. Every method can be called over HTTP too, with the option \`control\`.

| # | Mode | What goes wrong | Answer | Evidence | By | How |
|---|---|---|---|---|---|---|
${modes.join('\n')}

## Errors of the API and of git

\`githubError(code)\` and \`fail({ error: code })\` answer with any of them; \`{name}\` is filled in.

| Code | Status | Message | Evidence |
|---|---|---|---|
${errors.join('\n')}

## Errors of OAuth

| Error | Status | Description | Evidence |
|---|---|---|---|
${oauth.join('\n')}

## Errors of GraphQL

GraphQL answers 200 and has its errors in the body; what the query language itself refuses is not listed.

| Type | Message | Evidence |
|---|---|---|
${graphql.join('\n')}

This page is generated from the tables of \`packages/simulator/src\`: \`node tools/simulator-docs.mjs\`.
`

if (!process.argv.includes('--check')) writeFileSync(page, text)
else if (readFileSync(page, 'utf8') !== text) {
  console.error('docs/simulator-errors.md is stale: run "npm run build && node tools/simulator-docs.mjs".')
  process.exitCode = 1
}
