import { setTimeout as sleep } from 'node:timers/promises'
import { startChild } from '../measure/child.ts'

/** A server in a process of its own that mints for whoever asks. */
export interface TokenStub {
  readonly url: string
  /** What it saw since it was asked last. Closes the idle sockets, so that the next candidate begins without any. */
  seen(): Promise<{ readonly posts: number; readonly jwts: number }>
  stop(): Promise<void>
}

/** For the sockets that the stub closed to be gone here too. */
const SETTLE_MS = 20

async function startTokenStub(): Promise<TokenStub> {
  const child = await startChild('token-stub')
  return {
    url: `http://127.0.0.1:${child.ready.port}`,
    async seen() {
      const { posts = Number.NaN, jwts = Number.NaN } = await child.ask('seen')
      await sleep(SETTLE_MS)
      return { posts, jwts }
    },
    stop: () => child.stop(),
  }
}

/** Gives a measurement a stub of its own, and stops it whatever happens. */
export async function withTokenStub<T>(measure: (stub: TokenStub) => Promise<T>): Promise<T> {
  const stub = await startTokenStub()
  try {
    return await measure(stub)
  } finally {
    await stub.stop()
  }
}
