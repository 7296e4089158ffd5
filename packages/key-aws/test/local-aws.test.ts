import { createHash, createHmac } from 'node:crypto'
import { rsaKey } from '@hubauth/testing'
import { describe, expect, it } from 'vitest'
import { startAws } from './start-aws.ts'

interface Call {
  readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string }
  readonly region: string
  readonly target: string
  /** The service in the scope of the signature. */
  readonly service: string
  readonly body: string
  /** Sent in place of the body that was signed. */
  readonly sent?: string
  readonly contentType?: string
  /** The headers that are signed. */
  readonly signed?: string
  readonly ageMs?: number
}

const hmac = (key: string | Buffer, text: string) => createHmac('sha256', key).update(text).digest()
const sha256 = (text: string) => createHash('sha256').update(text).digest('hex')

/** Signs as https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html says, and sends. */
async function send(url: string, call: Call): Promise<string> {
  const { credentials, region, service, target, body, ageMs = 0 } = call
  const time = new Date(Date.now() - ageMs).toISOString().replace(/[-:]|\.\d+/g, '')
  const headers: Record<string, string> = {
    'content-type': call.contentType ?? 'application/x-amz-json-1.1',
    host: new URL(url).host,
    'x-amz-date': time,
    'x-amz-target': target,
  }
  const signed = call.signed ?? Object.keys(headers).join(';')
  const lines = signed.split(';').map((name) => `${name}:${headers[name]}\n`)
  const request = ['POST', '/', '', lines.join(''), signed, sha256(body)].join('\n')
  const scope = `${time.slice(0, 8)}/${region}/${service}/aws4_request`
  let key: string | Buffer = `AWS4${credentials.secretAccessKey}`
  for (const part of scope.split('/')) key = hmac(key, part)
  const signature = hmac(key, ['AWS4-HMAC-SHA256', time, scope, sha256(request)].join('\n')).toString('hex')
  const authorization = `AWS4-HMAC-SHA256 Credential=${credentials.accessKeyId}/${scope}, SignedHeaders=${signed}, Signature=${signature}`
  const response = await fetch(url, {
    method: 'POST',
    headers: { ...headers, authorization },
    body: call.sent ?? body,
  })
  const answer = (await response.json()) as { readonly __type?: string }
  return answer.__type ?? 'done'
}

describe('the local AWS does what a signature allows, and nothing else', () => {
  it.each([
    ['what is signed', {}, 'done'],
    ['another body', { sent: '{"SecretId":"b"}' }, 'InvalidSignatureException'],
    ['another service', { service: 'kms' }, 'InvalidSignatureException'],
    ['another region', { region: 'us-east-1' }, 'InvalidSignatureException'],
    ['an old signature', { ageMs: 6 * 60_000 }, 'InvalidSignatureException'],
    ['a target that is not signed', { signed: 'content-type;host;x-amz-date' }, 'InvalidSignatureException'],
    [
      'an operation that is not there',
      { target: 'secretsmanager.DeleteSecret' },
      'UnknownOperationException',
    ],
    ['another protocol', { contentType: 'application/json' }, 'UnknownOperationException'],
    ['no secret', { body: '{}' }, 'ValidationException'],
    ['no JSON', { body: 'SecretId=a' }, 'SerializationException'],
  ])('%s', async (_, change, expected) => {
    const { stores } = await startAws()
    stores.secrets.put('a', 'text')
    const { credentials, region, url } = stores
    const target = 'secretsmanager.GetSecretValue'
    const call = {
      credentials,
      region,
      target,
      service: 'secretsmanager',
      body: '{"SecretId":"a"}',
      ...change,
    }
    expect(await send(url, call)).toBe(expected)
  })

  it.each([
    ['PSS', { SigningAlgorithm: 'RSASSA_PSS_SHA_256' }, 'UnsupportedOperationException'],
    ['an algorithm of other keys', { SigningAlgorithm: 'ECDSA_SHA_256' }, 'InvalidKeyUsageException'],
    ['a digest of another length', { Message: 'AAAA' }, 'ValidationException'],
    ['nothing', { Message: '', MessageType: 'RAW' }, 'ValidationException'],
    ['too much', { Message: 'A'.repeat(8_192), MessageType: 'RAW' }, 'ValidationException'],
    ['a message', { Message: 'AAAA', MessageType: 'RAW' }, 'done'],
  ])('KMS signs no more than the real one: %s', async (_, change, expected) => {
    const { stores } = await startAws()
    const KeyId = stores.keys.put(rsaKey().pkcs8)
    const rest = { SigningAlgorithm: 'RSASSA_PKCS1_V1_5_SHA_256', MessageType: 'DIGEST', Message: '' }
    const { credentials, region, url } = stores
    const body = JSON.stringify({ KeyId, ...rest, ...change })
    expect(await send(url, { credentials, region, target: 'TrentService.Sign', service: 'kms', body })).toBe(
      expected,
    )
  })
})
