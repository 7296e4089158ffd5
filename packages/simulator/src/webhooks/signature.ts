import { createHmac } from 'node:crypto'

/** The two signature headers that GitHub sends for a body; none when the hook has no secret. */
export function signatureHeaders(body: Uint8Array, secret: string): Readonly<Record<string, string>> {
  if (secret === '') return {}
  return {
    'X-Hub-Signature': `sha1=${createHmac('sha1', secret).update(body).digest('hex')}`,
    'X-Hub-Signature-256': `sha256=${createHmac('sha256', secret).update(body).digest('hex')}`,
  }
}
