import { createWebhookReceiver } from '@hubauth/core'
import { type Handler, Hono } from 'hono'
import { describe, expect, it } from 'vitest'
import { githubWebhooks, verifyGitHubWebhook } from '../src/index.ts'

const MEBIBYTE = 1_024 * 1_024

const receiver = createWebhookReceiver({ secrets: 'the secret' })
const mounts: readonly (readonly [string, Handler])[] = [
  ['githubWebhooks', githubWebhooks(receiver)],
  ['verifyGitHubWebhook', verifyGitHubWebhook(receiver)],
]

/** Uploads one MiB after the other to a mount that refuses their type; `next` says what comes after so many. */
async function upload(mount: Handler, next: (sent: number) => 'more' | 'end' | 'cut off') {
  let sent = 0
  const body = new ReadableStream<Uint8Array>({
    pull(controller) {
      const what = next(sent)
      if (what === 'end') return controller.close()
      if (what === 'cut off') return controller.error(new Error('The sender is gone.'))
      sent += 1
      controller.enqueue(new Uint8Array(MEBIBYTE))
    },
  })
  const headers = { 'content-type': 'text/plain' }
  const app = new Hono().all('/', mount)
  const { status } = await app.request('/', { method: 'POST', headers, body, duplex: 'half' })
  return { status, sent }
}

describe.each(mounts)('%s, when it refuses an upload that goes on,', (_, mount) => {
  it('answers after it', async () => {
    expect(await upload(mount, (sent) => (sent < 20 ? 'more' : 'end'))).toEqual({ status: 415, sent: 20 })
  })

  it('answers after 32 MiB of it', async () => {
    const { status, sent } = await upload(mount, () => 'more')
    expect(status).toBe(415)
    expect(sent).toBeGreaterThanOrEqual(32)
    expect(sent).toBeLessThan(36)
  })

  it('answers when it is cut off', async () => {
    const cutOff = await upload(mount, (sent) => (sent < 20 ? 'more' : 'cut off'))
    expect(cutOff).toEqual({ status: 415, sent: 20 })
  })
})
