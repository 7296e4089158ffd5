import type { DiffContext } from './support/crossed-out.ts'
import {
  actsAndVerifies,
  actsForMembers,
  actsOnce,
  answers,
  answersDeliveries,
  type Call,
  type Expectation,
  ends,
  handlesDeliveries,
  ignoresDeliveries,
  printsDeliveries,
  runsUntilTerminated,
  saysConsumed,
} from './support/expectations.ts'
import { exposesMetrics, handlesAndExposes } from './support/metric-expectations.ts'
import {
  handlesLater,
  leaveDeadLetter,
  queuesDeliveries,
  retriesDeadLetter,
  worksOnDeliveries,
} from './support/queue-expectations.ts'

/** An example that runs. */
interface Runs {
  readonly check: Expectation
  /** Exports a handler for a platform that is not here, and is served in its place. */
  readonly isExported?: true
  /** What must be installed. */
  readonly needs?: 'pkcs11' | 'redis'
  /** Leaves in the stores what the example finds there. Default: nothing. */
  readonly before?: (environment: Readonly<Record<string, string>>) => Promise<void>
}

/** An example that does not run by itself. */
interface DoesNotRun {
  readonly reason: string
}

const comment: Call = {
  method: 'POST',
  route: '/repos/:owner/:repo/issues/:issue_number/comments',
  status: 201,
}
/** Callers show who they are with a GitHub token of their own. */
const actsForTokens = actsForMembers({
  path: '/orgs/acme/repos',
  headers: (github) => ({ authorization: `Bearer ${github.createPersonalAccessToken('octocat')}` }),
})
const listRepositories: Call = { method: 'GET', route: '/orgs/:org/repos', status: 200 }
const ownRepositories: Call = { method: 'GET', route: '/installation/repositories', status: 200 }
const repository: Call = { method: 'GET', route: '/repos/:owner/:repo', status: 200 }

/** What the lines of a `diff` need, by page. */
export const DIFF_CONTEXTS: Readonly<Record<string, DiffContext>> = {
  'packages/koa/README.md': { prelude: "import { koaBody } from 'koa-body'" },
  'packages/fastify/README.md': {
    before: 'await app.register(',
    prelude: [
      "import { buffer as check } from 'node:stream/consumers'",
      "declare module 'fastify' { interface FastifyRequest { rawBody?: Buffer } }",
    ].join('\n'),
  },
  'packages/hono/README.md': {
    before: 'app.all(',
    prelude: 'const check = async (text: string) => text.length',
  },
}

/** What every example of every page must do, by page and name; a page may have no example that is not here. */
export const EXPECTED: Readonly<Record<string, Readonly<Record<string, Runs | DoesNotRun>>>> = {
  'README.md': {
    Hubauth: {
      check: ends(/It rains/, {
        method: 'GET',
        route: '/repos/:owner/:repo/issues',
        status: 200,
      }),
    },
    'Hubauth (2)': { check: handlesDeliveries('/github/webhooks', comment) },
    'Hubauth (3)': { reason: 'a controller alone; packages/nestjs/README.md has it in an application' },
  },
  'docs/keys.md': {
    Environment: { check: actsOnce(listRepositories) },
    File: { check: actsOnce(listRepositories) },
    'Secret mount': { check: actsOnce(listRepositories) },
    'AWS Secrets Manager': { check: actsOnce(listRepositories) },
    'AWS Parameter Store': { check: actsOnce(listRepositories) },
    'AWS KMS': { check: actsOnce(listRepositories) },
    'Google Secret Manager': { check: actsOnce(listRepositories) },
    'Google Cloud KMS': { check: actsOnce(listRepositories) },
    'Azure Key Vault secret': { check: actsOnce(listRepositories) },
    'Azure Key Vault key': { check: actsOnce(listRepositories) },
    'Vault KV': { check: actsOnce(listRepositories) },
    'Vault Transit': { check: actsOnce(listRepositories) },
    'PKCS#11': { needs: 'pkcs11', check: actsOnce(listRepositories) },
    Rotation: {
      check: ends(/^my-app has the key SHA256:\S+, and signs with SHA256:\S+$/m, {
        method: 'GET',
        route: '/app',
        status: 200,
      }),
    },
    'Webhook secrets': { isExported: true, check: handlesDeliveries('/', listRepositories) },
    'One secret for many apps': { check: actsOnce(listRepositories) },
  },
  'docs/observability.md': {
    'What Hubauth does, as metrics and traces': {
      check: handlesAndExposes('/github/webhooks', listRepositories),
    },
  },
  'packages/bullmq/README.md': {
    '@hubauth/bullmq': { needs: 'redis', check: queuesDeliveries('/') },
    '@hubauth/bullmq (2)': { needs: 'redis', check: worksOnDeliveries(listRepositories) },
    '@hubauth/bullmq (3)': { needs: 'redis', before: leaveDeadLetter, check: retriesDeadLetter },
  },
  'packages/cache-redis/README.md': {
    '@hubauth/cache-redis': {
      needs: 'redis',
      isExported: true,
      check: handlesDeliveries('/', listRepositories),
    },
    '@hubauth/cache-redis (2)': { needs: 'redis', check: actsOnce(repository, /^200$/m) },
  },
  'packages/core/README.md': {
    'Act as an installation': {
      check: ends(
        /^$/,
        { method: 'GET', route: '/repos/:owner/:repo/issues', status: 200 },
        { method: 'DELETE', route: '/installation/token', status: 204 },
        { method: 'GET', route: '/app', status: 200 },
      ),
    },
    'Act as an installation (2)': { check: ends(/^$/, listRepositories) },
    'Keys and rotation': {
      check: ends(/slug: 'my-app'[\s\S]*^SHA256:\S+$/m, { method: 'GET', route: '/app', status: 200 }),
    },
    'Receive webhooks': {
      isExported: true,
      check: handlesDeliveries('/', ownRepositories),
    },
    'Answer first, handle later': {
      isExported: true,
      check: handlesLater('/', ownRepositories),
    },
    'Typed events': {
      isExported: true,
      check: printsDeliveries('/', 'installation', /^all\nasked for by octocat$/m),
    },
    'Recover deliveries that failed': { check: runsUntilTerminated(/^0 redelivered, 0 given up$/m) },
  },
  'packages/events/README.md': {
    '@hubauth/events': { check: printsDeliveries('/', 'issues', /^It rains$/m) },
  },
  'packages/express/README.md': {
    Webhooks: { check: handlesDeliveries('/github/webhooks', listRepositories) },
    'Webhooks, crossed out': { check: saysConsumed('/github/webhooks') },
    'Webhooks, put in': { check: handlesDeliveries('/github/webhooks', listRepositories) },
    'Your own route': { check: answersDeliveries('/hooks', 200, { got: 'issues.opened' }) },
    'Act as an installation': { check: actsForTokens },
  },
  'packages/fastify/README.md': {
    Webhooks: { check: handlesDeliveries('/github/webhooks', listRepositories) },
    'Webhooks, crossed out': { check: saysConsumed('/github/webhooks') },
    'Webhooks, put in': { check: handlesDeliveries('/github/webhooks', listRepositories) },
    'Your own route': { check: answersDeliveries('/hooks', 200, { got: 'issues.opened' }) },
    'Act as an installation': { check: actsForTokens },
  },
  'packages/hono/README.md': {
    Webhooks: { check: handlesDeliveries('/github/webhooks', listRepositories) },
    'Webhooks, crossed out': { check: saysConsumed('/github/webhooks') },
    'Webhooks, put in': { check: handlesDeliveries('/github/webhooks', listRepositories) },
    'Your own route': { check: answersDeliveries('/hooks', 200, { got: 'issues.opened' }) },
    'Act as an installation': { check: actsForTokens },
  },
  'packages/key-aws/README.md': {
    '@hubauth/key-aws': { isExported: true, check: actsAndVerifies(ownRepositories) },
    '@hubauth/key-aws (2)': { check: actsOnce(ownRepositories, /^200$/m) },
    '@hubauth/key-aws (3)': { check: actsOnce(ownRepositories, /^200$/m) },
  },
  'packages/key-azure/README.md': {
    Secrets: { check: actsOnce(listRepositories) },
    'Keys that sign there': { check: actsOnce(listRepositories) },
  },
  'packages/key-gcp/README.md': {
    'Secret Manager': { isExported: true, check: handlesDeliveries('/', listRepositories) },
    'Cloud KMS': { check: actsOnce(listRepositories) },
  },
  'packages/key-vault/README.md': {
    '@hubauth/key-vault': { isExported: true, check: handlesDeliveries('/', listRepositories) },
    '@hubauth/key-vault (2)': { check: actsOnce(repository) },
    '@hubauth/key-vault (3)': { check: actsOnce(repository) },
  },
  'packages/koa/README.md': {
    Webhooks: { check: handlesDeliveries('/github/webhooks', listRepositories) },
    'Webhooks, crossed out': { check: saysConsumed('/github/webhooks') },
    'Webhooks, put in': { check: handlesDeliveries('/github/webhooks', listRepositories) },
    'Your own route': { check: answersDeliveries('/hooks', 200, { got: 'issues.opened' }) },
    'Act as an installation': { check: actsForTokens },
  },
  'packages/nestjs/README.md': {
    Webhooks: { check: handlesDeliveries('/github/webhooks', listRepositories) },
    Configuration: { check: ignoresDeliveries('/github/webhooks') },
    'Act as an installation': { check: actsForTokens },
    'Your own route': { check: answersDeliveries('/hooks', 201, { got: 'issues.opened' }) },
    'Services, and several apps': { check: answers('/', 404, { message: 'Cannot GET /' }) },
    Tests: { check: ends(/^\{ status: 'handled' \}$/m) },
    Health: { check: answers('/healthz', 200, { status: 'ok', info: { github: { status: 'up' } } }) },
  },
  'packages/node/README.md': {
    'A webhook server': { check: handlesDeliveries('/', comment) },
    'AWS Lambda': { isExported: true, check: handlesDeliveries('/', listRepositories) },
    'Configuration file': { check: ends(/^$/) },
  },
  'packages/opentelemetry/README.md': {
    '@hubauth/opentelemetry': { check: exposesMetrics(repository) },
  },
  'packages/testing/README.md': {
    '@hubauth/testing': { reason: 'a test file, for vitest' },
    '@hubauth/testing (2)': { reason: 'a test file, for vitest' },
    '@hubauth/testing (3)': { reason: 'a test file, for vitest' },
  },
}
