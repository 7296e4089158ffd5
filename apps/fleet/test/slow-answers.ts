import { once } from 'node:events'
import { createServer, request } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Simulator } from '@hubauth/simulator'

/** An answer on its way: GitHub has done what was asked, and who asked does not know it yet. */
export interface HeldAnswer {
  /** Lets it arrive. */
  release(): void
}

/** A long way to GitHub, on which answers can be held. */
export interface SlowAnswers {
  readonly url: string
  /** Holds the answer to the next mint for an installation; resolves when GitHub has given it. */
  holdMint(installationId: number): Promise<HeldAnswer>
  close(): void
}

/** Starts it in front of a simulator. */
export async function slowAnswers(github: Simulator): Promise<SlowAnswers> {
  const holds = new Map<string, (held: HeldAnswer) => void>()
  const server = createServer((incoming, outgoing) => {
    const { method = 'GET', url = '/', headers } = incoming
    const onward = request(github.url + url, { method, headers }, async (answer) => {
      const hold = holds.get(`${method} ${url}`)
      holds.delete(`${method} ${url}`)
      if (hold !== undefined) await new Promise<void>((resolve) => hold({ release: resolve }))
      outgoing.writeHead(answer.statusCode ?? 502, answer.headers)
      answer.pipe(outgoing)
    })
    // Who asked hears of a connection that broke as it did.
    onward.on('error', () => outgoing.destroy())
    incoming.pipe(onward)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    holdMint: (installationId) =>
      new Promise((resolve) => {
        holds.set(`POST /app/installations/${installationId}/access_tokens`, resolve)
      }),
    close() {
      server.closeAllConnections()
      server.close()
    },
  }
}
