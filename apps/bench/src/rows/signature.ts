import { createHmac } from 'node:crypto'
import { createSignatureVerifier, createWebhookReceiver } from '@hubauth/core'
import { Webhooks } from '@octokit/webhooks'
import { verify as octokitVerify } from '@octokit/webhooks-methods'
import { isSigned, webhookKey } from '../limit/hand-written.ts'
import { type Comparison, compare } from '../measure/comparison.ts'
import { type Candidate, interleave, type Role } from '../measure/interleave.ts'
import { type Loop, timedLoop } from '../measure/timed-loop.ts'
import { issuePayload, WEBHOOK_SECRET as SECRET } from '../stubs/delivery.ts'
import type { Row, RowContext } from './row.ts'

const SAMPLE_MS = 25
const VERIFIER = 'createSignatureVerifier'

/** A delivery whose bytes are in memory, as after every server's body reader. */
interface Signed {
  readonly body: Buffer
  readonly header: string
}

/** A signature, and then all that happens between the bytes and the handler. */
export const signature: Row = {
  name: 'signature',
  title: 'Webhook signature',
  limit: 'node:crypto HMAC on the Buffer, timingSafeEqual',
  async measure({ isQuick }: RowContext) {
    const rounds = isQuick ? 9 : 31
    const comparisons: Comparison[] = []
    for (const kilobytes of [1, 25]) {
      const body = issuePayload(kilobytes * 1_024)
      const header = `sha256=${createHmac('sha256', SECRET).update(body).digest('hex')}`
      const signed = { body, header }
      comparisons.push(
        compare(await interleave(await verifiers(signed), rounds), {
          what: `${kilobytes} KB`,
          unit: 'µs',
          metric: 'us',
          target: { of: VERIFIER, by: 'ratio', atMost: 1.08 },
        }),
        compare(await interleave(await receivers(signed), rounds), {
          what: `${kilobytes} KB, signature, JSON.parse and one handler`,
          unit: 'µs',
          metric: 'us',
        }),
      )
    }
    return comparisons
  },
}

async function verifiers({ body, header }: Signed): Promise<Candidate[]> {
  const key = webhookKey(SECRET)
  const verify = createSignatureVerifier(SECRET)
  return [
    await candidate('limit', 'HMAC on the Buffer', (calls) => {
      for (let call = 0; call < calls; call++) if (!isSigned(key, body, header)) throw new Error('refused')
    }),
    await candidate('hubauth', VERIFIER, async (calls) => {
      for (let call = 0; call < calls; call++)
        if ((await verify(body, header)) !== 0) throw new Error('refused')
    }),
    await candidate('peer', '@octokit/webhooks-methods, from the Buffer', async (calls) => {
      for (let call = 0; call < calls; call++) {
        if (!(await octokitVerify(SECRET, body.toString(), header))) throw new Error('refused')
      }
    }),
  ]
}

async function receivers(signed: Signed): Promise<Candidate[]> {
  return [
    await candidate('limit', 'HMAC, JSON.parse, call', handWritten(signed)),
    await candidate('hubauth', 'receiver.receive', receiverLoop(signed, 'remembered')),
    await candidate('hubauth', "receiver.receive, claims: 'none'", receiverLoop(signed, 'none')),
    await candidate('peer', '@octokit/webhooks, verifyAndReceive', octokitLoop(signed)),
  ]
}

function handWritten({ body, header }: Signed): Loop {
  const key = webhookKey(SECRET)
  const handler = ({ action }: { action: string }) => action.length
  return async (calls) => {
    for (let call = 0; call < calls; call++) {
      if (!isSigned(key, body, header)) throw new Error('refused')
      await handler(JSON.parse(body.toString()) as { action: string })
    }
  }
}

function receiverLoop({ body, header }: Signed, claims: 'remembered' | 'none'): Loop {
  const receiver = createWebhookReceiver({ secrets: SECRET, ...(claims === 'none' && { claims }) })
  receiver.on('issues.opened', ({ payload }) => payload.action?.length)
  const headers = new Map([
    ['content-type', 'application/json'],
    ['content-length', String(body.byteLength)],
    ['x-github-event', 'issues'],
    ['x-hub-signature-256', header],
    ['x-github-hook-id', '1'],
    ['x-github-hook-installation-target-type', 'integration'],
    ['x-github-hook-installation-target-id', '1'],
  ])
  let delivery = 0
  return async (calls) => {
    for (let call = 0; call < calls; call++) {
      const id = `delivery-${++delivery}`
      const { status } = await receiver.receive({
        method: 'POST',
        header: (name) => (name === 'x-github-delivery' ? id : headers.get(name)),
        body: async () => body,
      })
      if (status !== 200) throw new Error(`answered ${status}`)
    }
  }
}

function octokitLoop({ body, header }: Signed): Loop {
  const webhooks = new Webhooks({ secret: SECRET })
  webhooks.on('issues.opened', ({ payload }) => void payload.action.length)
  let delivery = 0
  return async (calls) => {
    for (let call = 0; call < calls; call++) {
      await webhooks.verifyAndReceive({
        id: `delivery-${++delivery}`,
        name: 'issues',
        payload: body.toString(),
        signature: header,
      })
    }
  }
}

async function candidate(role: Role, name: string, loop: Loop): Promise<Candidate> {
  const timed = timedLoop(loop, SAMPLE_MS)
  await timed.warmUp()
  return { name, role, sample: async () => ({ us: (await timed.nsPerCall()) / 1_000 }) }
}
