import { createHmac } from 'node:crypto'
import { type Child, startChild } from '../measure/child.ts'
import { type Comparison, compare } from '../measure/comparison.ts'
import { type Candidate, interleave, type Role, type Samples } from '../measure/interleave.ts'
import { type LoadRequest, load } from '../measure/load.ts'
import { issuePayload, WEBHOOK_PATH, WEBHOOK_SECRET } from '../stubs/delivery.ts'
import type { Row, RowContext } from './row.ts'

const BODY_BYTES = 10 * 1_024
const CONNECTIONS = 32

/** One server: the name of its process, and what it is here. */
interface Server {
  readonly name: string
  readonly role: Role
}

/** A framework: the names of the processes that serve it. */
interface Group {
  readonly what: string
  readonly bare: string
  readonly ours: string
  readonly peer?: string
}

const groups: readonly Group[] = [
  { what: 'node:http', bare: 'node:http', ours: '@hubauth/node', peer: '@octokit/webhooks' },
  { what: 'Express 5', bare: 'express', ours: '@hubauth/express', peer: '@octokit/webhooks on express' },
  { what: 'Koa 3', bare: 'koa', ours: '@hubauth/koa' },
  { what: 'Fastify 5', bare: 'fastify', ours: '@hubauth/fastify' },
]

function serversOf({ bare, ours, peer }: Group): readonly Server[] {
  const servers: Server[] = [
    { name: bare, role: 'limit' },
    { name: ours, role: 'hubauth' },
  ]
  return peer === undefined ? servers : [...servers, { name: peer, role: 'peer' }]
}

/** A whole delivery over HTTP, from the socket to the handler and back. */
export const webhookServer: Row = {
  name: 'webhook-server',
  title: 'Webhook server, 10 KB',
  limit: 'the same framework, bare: buffer, HMAC, JSON.parse, 202',
  async measure(context) {
    const children: Child[] = []
    try {
      for (const { name } of groups.flatMap(serversOf))
        children.push(await startChild('webhook-server', [name]))
      return await measureAll(context, children)
    } finally {
      await Promise.all(children.map((child) => child.stop()))
    }
  },
}

async function measureAll({ isQuick }: RowContext, children: readonly Child[]): Promise<Comparison[]> {
  const request = delivery()
  const milliseconds = isQuick ? 250 : 800
  const candidates = groups.flatMap(serversOf).flatMap((server, at) => {
    const child = children[at]
    return child === undefined ? [] : [candidate(server, child, { request, milliseconds })]
  })
  // Compiled code and a filled heap come with the first ten thousand requests.
  for (const { sample } of [...candidates, ...candidates]) await sample()
  const samples = await interleave(candidates, isQuick ? 3 : 9)
  return groups.flatMap((group) => {
    const names = new Set(serversOf(group).map(({ name }) => name))
    const own = samples.filter(({ candidate: { name } }) => names.has(name))
    return compareGroup(group.what, group.ours, own)
  })
}

function compareGroup(what: string, ours: string, samples: readonly Samples[]): Comparison[] {
  return [
    compare(samples, {
      what: `${what}, requests per second`,
      unit: 'req/s',
      metric: 'perSecond',
      target: { of: ours, by: 'ratio', atLeast: 0.95 },
    }),
    compare(samples, { what: `${what}, server CPU per request`, unit: 'µs', metric: 'cpuUs' }),
  ]
}

function candidate(
  { name, role }: Server,
  child: Child,
  { request, milliseconds }: { readonly request: LoadRequest; readonly milliseconds: number },
): Candidate {
  return {
    name,
    role,
    async sample() {
      const before = await child.ask('cpu')
      const { requests, seconds } = await load(child.ready.port ?? 0, request, {
        connections: CONNECTIONS,
        milliseconds,
      })
      const after = await child.ask('cpu')
      if (after.actions === before.actions) throw new Error(`${name}: no handler ran.`)
      const cpuUs = ((after.cpuUs ?? Number.NaN) - (before.cpuUs ?? Number.NaN)) / requests
      return { perSecond: requests / seconds, cpuUs }
    },
  }
}

/** A signed delivery of 10 KB, whose id is another one each time. */
export function delivery(): LoadRequest {
  const body = issuePayload(BODY_BYTES)
  const digest = createHmac('sha256', WEBHOOK_SECRET).update(body).digest('hex')
  return {
    path: WEBHOOK_PATH,
    idHeader: 'x-github-delivery',
    headers: {
      'user-agent': 'GitHub-Hookshot/044aadd',
      accept: '*/*',
      'content-type': 'application/json',
      'x-github-event': 'issues',
      'x-github-hook-id': '1',
      'x-github-hook-installation-target-id': '1',
      'x-github-hook-installation-target-type': 'integration',
      'x-hub-signature-256': `sha256=${digest}`,
    },
    body,
  }
}
