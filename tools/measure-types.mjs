// What `tsc` takes for an app with 30 handlers: with core alone, with `@hubauth/events`, and with @octokit/webhooks, beside a
// core that knows no event. Run it after a build.
import { execFileSync } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'

const ROUNDS = 21
const COMPILERS = { 'TypeScript 7': 'typescript/bin/tsc', 'TypeScript 5.9': 'typescript-5/bin/tsc' }
const EVENTS = `
check_run.completed check_run.created check_suite.requested create delete deployment.created discussion.created fork
github_app_authorization.revoked installation.created installation.deleted installation.suspend installation.unsuspend
installation_repositories.added installation_repositories.removed issue_comment.created issue_comment.edited
issues.closed issues.edited issues.opened label.created member.added pull_request.closed pull_request.opened
pull_request.synchronize pull_request_review.submitted push release.published repository.created workflow_run.completed
`
  .trim()
  .split(/\s+/)

/** What an app without any event types would compile: the same names, and one payload for all. */
const NO_EVENTS = `import type { Delivery, WebhookPayload } from './delivery.ts'
export interface WebhookEvents {}
export interface EssentialEvents {}
export type WebhookEventName = string
export type EventPayload<Name extends string> = Name extends string ? WebhookPayload : never
export type DeliveryOf<Name extends string> = Delivery<EventPayload<Name>>
export interface WebhookEnterprise {}
export interface WebhookInstallation {}
export interface WebhookRepository {}
export interface WebhookUser {}
`

const HUBAUTH = `import { createWebhookReceiver } from '@hubauth/core'
const webhooks = createWebhookReceiver({ secrets: 'secret' })
`
const OCTOKIT = `import { Webhooks } from '@octokit/webhooks'
const webhooks = new Webhooks({ secret: 'secret' })
`

const VARIANTS = {
  'core without event types': { head: HUBAUTH, packages: {} },
  '@hubauth/core': { head: HUBAUTH, packages: { '@hubauth/core': 'packages/core' } },
  'and @hubauth/events': {
    head: `import '@hubauth/events'\n${HUBAUTH}`,
    packages: { '@hubauth/core': 'packages/core', '@hubauth/events': 'packages/events' },
  },
  '@octokit/webhooks': {
    head: OCTOKIT,
    packages: { '@octokit/webhooks': 'apps/bench/node_modules/@octokit/webhooks' },
  },
}
const MEASURES = {
  total: /^Total time: +([\d.]+)/m,
  check: /^Check time: +([\d.]+)/m,
  memory: /^Memory used: +(\d+)/m,
  types: /^Types: +(\d+)/m,
}

function link(target, path) {
  mkdirSync(join(path, '..'), { recursive: true })
  symlinkSync(realpathSync(target), path)
}

function writeApp(folder, { head, packages }) {
  link('node_modules/@types/node', join(folder, 'node_modules/@types/node'))
  for (const [name, path] of Object.entries(packages)) link(path, join(folder, 'node_modules', name))
  const core = join(folder, 'node_modules/@hubauth/core')
  if (Object.keys(packages).length === 0) {
    cpSync('packages/core/dist', join(core, 'dist'), { recursive: true })
    cpSync('packages/core/package.json', join(core, 'package.json'))
    writeFileSync(join(core, 'dist/webhook/events.d.ts'), NO_EVENTS)
  }
  const handlers = EVENTS.map(
    (name) => `webhooks.on('${name}', ({ id, payload }) => { console.log(id, payload.sender?.login) })\n`,
  )
  writeFileSync(join(folder, 'app.ts'), head + handlers.join(''))
  writeFileSync(join(folder, 'package.json'), '{ "type": "module" }')
  const compilerOptions = {
    target: 'es2022',
    module: 'nodenext',
    strict: true,
    noEmit: true,
    skipLibCheck: true,
    types: ['node'],
  }
  writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions, files: ['app.ts'] }))
}

function compile(compiler, folder) {
  const args = [resolve('node_modules', compiler), '-p', folder, '--extendedDiagnostics']
  const output = execFileSync(process.execPath, args, { encoding: 'utf8' })
  return Object.fromEntries(
    Object.entries(MEASURES).map(([name, pattern]) => [name, Number(pattern.exec(output)?.[1])]),
  )
}

function median(values) {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)]
}

function summary(rounds, index) {
  const ratio = (measure) => median(rounds.map((apps) => apps[index][measure] / apps[0][measure])).toFixed(2)
  return {
    total: ratio('total'),
    memory: ratio('memory'),
    'check, ms': Math.round(1_000 * median(rounds.map((apps) => apps[index].check))),
    types: rounds[0][index].types,
  }
}

const work = mkdtempSync(join(tmpdir(), 'hubauth-types-'))
try {
  const apps = Object.entries(VARIANTS).map(([name, variant], index) => ({
    name,
    folder: join(work, String(index)),
    variant,
  }))
  for (const { folder, variant } of apps) writeApp(folder, variant)
  for (const [compilerName, compiler] of Object.entries(COMPILERS)) {
    const rounds = []
    // Side by side, so that a busy moment of the machine meets all of them. The first round warms the file cache.
    for (let round = 0; round <= ROUNDS; round++) {
      const figures = apps.map(({ folder }) => compile(compiler, folder))
      if (round > 0) rounds.push(figures)
    }
    console.log(
      `\n${compilerName}: medians of ${ROUNDS} rounds; total time and memory are ratios to the first row`,
    )
    console.table(Object.fromEntries(apps.map(({ name }, index) => [name, summary(rounds, index)])))
  }
} finally {
  rmSync(work, { recursive: true })
}
