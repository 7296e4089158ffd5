import { once } from 'node:events'
import { createServer } from 'node:http'
import { createServer as createTcpServer } from 'node:net'
import { serveParent } from './parent.ts'

/** As long as what GitHub, and the simulator, say about one issue. */
const ANSWER = Buffer.from(JSON.stringify({ filler: 'x'.repeat(4_600) }))
const INSTALLATIONS = 10_000

interface Started {
  readonly port: number
  /** From the call until it listens; undefined where that says nothing. */
  readonly startMs?: number
  /** The same with 10 000 installations. */
  readonly seedMs?: number
}

const privateKey = process.env.BENCH_PRIVATE_KEY ?? ''

/** Each imports what it needs and no more. */
const servers: Readonly<Record<string, () => Promise<Started>>> = {
  async 'node:http'() {
    const server = createServer((_request, response) => {
      response.writeHead(200, { 'content-type': 'application/json', 'content-length': ANSWER.length })
      response.end(ANSWER)
    })
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    const address = server.address()
    return { port: typeof address === 'object' ? (address?.port ?? 0) : 0 }
  },
  async '@hubauth/simulator'() {
    const { startSimulator } = await import('@hubauth/simulator')
    const app = { id: 1, privateKey }
    const start = performance.now()
    const github = await startSimulator({
      app,
      accounts: [
        { login: 'acme', repositories: [{ name: 'api', issues: [{ title: 'Help' }] }], installation: {} },
      ],
    })
    const startMs = performance.now() - start
    const accounts = Array.from({ length: INSTALLATIONS }, (_, at) => ({
      login: `org-${at}`,
      repositories: [{ name: 'api', private: true }],
      installation: {},
    }))
    const seeding = performance.now()
    const seeded = await startSimulator({ app, accounts })
    const seedMs = performance.now() - seeding
    await seeded.close()
    return { port: Number(new URL(github.url).port), startMs, seedMs }
  },
  async emulate() {
    const { createEmulator } = await import('emulate')
    // It needs to be told its port.
    const probe = createTcpServer().listen(0, '127.0.0.1')
    await once(probe, 'listening')
    const address = probe.address()
    const port = typeof address === 'object' ? (address?.port ?? 0) : 0
    probe.close()
    await once(probe, 'close')
    const start = performance.now()
    await createEmulator({
      service: 'github',
      port,
      seed: {
        github: {
          users: [{ login: 'monalisa' }],
          orgs: [{ login: 'acme' }],
          repos: [{ owner: 'acme', name: 'api' }],
          apps: [
            {
              app_id: 1,
              slug: 'bench',
              name: 'bench',
              private_key: privateKey,
              permissions: { issues: 'write', metadata: 'read' },
              installations: [{ installation_id: 1, account: 'acme', repository_selection: 'all' }],
            },
          ],
        },
      },
    })
    return { port, startMs: performance.now() - start }
  },
}

const [name = ''] = process.argv.slice(2)
const started = await servers[name]?.()
if (started === undefined) throw new TypeError(`There is no server named ${JSON.stringify(name)}.`)
serveParent({ ...started }, () => {
  const { user, system } = process.cpuUsage()
  return { cpuUs: user + system }
})
