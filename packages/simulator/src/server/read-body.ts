import type { IncomingMessage } from 'node:http'
import { Refusal } from '../errors.ts'

/** Larger bodies get a 413. GitHub's limit for these endpoints is not documented. */
const MAX_BODY_BYTES = 1_048_576

/**
 * Reads a request's JSON object. Nothing sent is an empty object.
 *
 * @throws {Refusal} 413 over the limit, 400 for what is not UTF-8, not JSON, or not an object.
 */
export async function readBody(request: IncomingMessage): Promise<Readonly<Record<string, unknown>>> {
  if (request.headers['content-length'] === undefined && request.headers['transfer-encoding'] === undefined)
    return {}
  const bytes = await readBytes(request)
  if (bytes.length === 0) return {}
  const value = parse(bytes)
  if (!isObject(value)) throw new Refusal('BODY_NOT_OBJECT')
  return value
}

function readBytes(request: IncomingMessage): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = []
    let size = 0
    request.on('data', (chunk: Buffer) => {
      size += chunk.length
      if (size <= MAX_BODY_BYTES) chunks.push(chunk)
      else reject(new Refusal('BODY_TOO_LARGE'))
    })
    request.on('end', () => resolve(Buffer.concat(chunks)))
    // The client hung up: nobody will read the answer, but the request has to end.
    request.on('error', () => reject(new Refusal('BODY_NOT_JSON')))
    request.on('close', () => reject(new Refusal('BODY_NOT_JSON')))
  })
}

function parse(bytes: Buffer): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes))
  } catch {
    throw new Refusal('BODY_NOT_JSON')
  }
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
