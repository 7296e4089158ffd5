import { createHash } from 'node:crypto'
import type { Message } from './message.ts'
import { type PostResult, post } from './post.ts'
import { signatureHeaders } from './signature.ts'

/** Where a message goes, and how. */
export interface Target {
  readonly url: URL
  /** Empty: no signatures. */
  readonly secret: string
  readonly contentType: 'json' | 'form'
  readonly insecureSsl: boolean
  /** In real milliseconds. */
  readonly timeoutMs: number
  readonly tamper?: 'body' | 'signature' | 'none' | undefined
}

/** What was sent and what came back. */
export interface Sent extends PostResult {
  readonly requestHeaders: Readonly<Record<string, string>>
  readonly durationMs: number
}

/**
 * Makes one attempt to tell an app.
 *
 * @throws {TypeError} for a GUID or an event that cannot be in a header; rejects for nothing else.
 */
export async function sendMessage(message: Message, target: Target, signal: AbortSignal): Promise<Sent> {
  const { json, app } = message
  const { url, contentType, tamper, timeoutMs, insecureSsl } = target
  const signed = Buffer.from(contentType === 'form' ? `${new URLSearchParams({ payload: json })}` : json)
  const signatures = signatureHeaders(signed, target.secret)
  const body = tamper === 'body' ? spoiledBody(signed) : signed
  const headers = {
    Accept: '*/*',
    'Content-Type': contentType === 'form' ? 'application/x-www-form-urlencoded' : 'application/json',
    'Content-Length': String(body.length),
    'User-Agent': `GitHub-Hookshot/${createHash('sha1').update(app.slug).digest('hex').slice(0, 7)}`,
    'X-GitHub-Delivery': message.guid,
    'X-GitHub-Event': message.event,
    'X-GitHub-Hook-ID': String(app.hook.id),
    'X-GitHub-Hook-Installation-Target-ID': String(app.id),
    'X-GitHub-Hook-Installation-Target-Type': 'integration',
    ...(tamper === 'signature' ? spoiledSignatures(signatures) : signatures),
  }
  const startedAt = performance.now()
  const result = await post(url, { headers, body, timeoutMs, insecureSsl, signal })
  return { ...result, requestHeaders: headers, durationMs: Math.round(performance.now() - startedAt) }
}

// One character of the content changes and the JSON stays JSON: what only a signature check notices.
function spoiledBody(body: Buffer): Buffer {
  const text = body.toString()
  const spoiled = text.replace(/[a-z](?=[a-z]*(?:"|%22)[,}%])/, (letter) => (letter === 'x' ? 'y' : 'x'))
  return Buffer.from(spoiled === text ? `${text} ` : spoiled)
}

function spoiledSignatures(signatures: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(signatures).map(([name, value]) => [
      name,
      value.slice(0, -1) + (value.endsWith('0') ? '1' : '0'),
    ]),
  )
}
