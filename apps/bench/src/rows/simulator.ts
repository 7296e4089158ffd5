import { createGitHubAuth, pemKey } from '@hubauth/core'
import { type Child, startChild } from '../measure/child.ts'
import { type Comparison, compare } from '../measure/comparison.ts'
import { type Candidate, interleave, type Role } from '../measure/interleave.ts'
import { load } from '../measure/load.ts'
import type { Row, RowContext } from './row.ts'

const OURS = '@hubauth/simulator'
const CONNECTIONS = 32
/** One object of the API, read with an installation access token. */
const PATH = '/repos/acme/api'

const servers: readonly { readonly name: string; readonly role: Role }[] = [
  { name: 'node:http', role: 'limit' },
  { name: OURS, role: 'hubauth' },
  { name: 'emulate', role: 'peer' },
]

/** The ground that tests stand on: how fast it is there, and what it carries. */
export const simulator: Row = {
  name: 'simulator',
  title: 'Simulated GitHub, authenticated GET',
  limit: 'bare node:http with an answer of the same size and no checks',
  async measure(context) {
    process.env.BENCH_PRIVATE_KEY = context.privateKey
    const children: Child[] = []
    try {
      for (const { name } of servers) children.push(await startChild('simulated-github', [name]))
      return [...(await measureLoad(context, children)), ...startTimes(children)]
    } finally {
      await Promise.all(children.map((child) => child.stop()))
    }
  },
}

async function measureLoad(
  { isQuick, privateKey }: RowContext,
  children: readonly Child[],
): Promise<Comparison[]> {
  const milliseconds = isQuick ? 250 : 800
  const candidates: Candidate[] = []
  for (const [at, { name, role }] of servers.entries()) {
    const child = children[at]
    // emulate stops answering after 5 000 requests an hour, which is less than a second's worth.
    if (child === undefined || role === 'peer') continue
    const port = child.ready.port ?? 0
    const token = role === 'limit' ? 'none' : await mint(port, privateKey)
    candidates.push({ name, role, sample: () => sample(child, { port, token, milliseconds }) })
  }
  for (const candidate of candidates) await candidate.sample()
  const samples = await interleave(candidates, isQuick ? 3 : 9)
  return [
    compare(samples, {
      what: 'requests per second, one process',
      unit: 'req/s',
      metric: 'perSecond',
      target: { of: OURS, by: 'value', atLeast: 5_000 },
    }),
    compare(samples, { what: 'server CPU per request', unit: 'µs', metric: 'cpuUs' }),
  ]
}

async function sample(
  child: Child,
  {
    port,
    token,
    milliseconds,
  }: { readonly port: number; readonly token: string; readonly milliseconds: number },
): Promise<{ perSecond: number; cpuUs: number }> {
  const before = await child.ask('cpu')
  const headers = { 'user-agent': 'bench', authorization: `Bearer ${token}` }
  const request = { method: 'GET', path: PATH, headers, idHeader: 'x-request-number' } as const
  const { requests, seconds } = await load(port, request, { connections: CONNECTIONS, milliseconds })
  const after = await child.ask('cpu')
  const cpuUs = ((after.cpuUs ?? Number.NaN) - (before.cpuUs ?? Number.NaN)) / requests
  return { perSecond: requests / seconds, cpuUs }
}

async function mint(port: number, privateKey: string): Promise<string> {
  const auth = createGitHubAuth({ appId: 1, key: pemKey(privateKey), baseUrl: `http://127.0.0.1:${port}` })
  return (await auth.installation({ owner: 'acme' }).token()).value
}

function startTimes(children: readonly Child[]): Comparison[] {
  const times = (metric: 'startMs' | 'seedMs', peers: readonly Role[]) =>
    servers.flatMap((candidate, at) => {
      const ms = children[at]?.ready[metric]
      return ms === undefined || !peers.includes(candidate.role)
        ? []
        : [{ candidate: { ...candidate, sample: () => ({ ms }) }, rounds: [{ ms }] }]
    })
  return [
    compare(times('startMs', ['hubauth', 'peer']), {
      what: 'start, with a given key',
      unit: 'ms',
      metric: 'ms',
      target: { of: OURS, by: 'value', atMost: 200 },
    }),
    compare(times('seedMs', ['hubauth']), {
      what: 'start, with 10 000 installations',
      unit: 'ms',
      metric: 'ms',
      target: { of: OURS, by: 'value', atMost: 2_000 },
    }),
  ]
}
