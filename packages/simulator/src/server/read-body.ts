import type { IncomingMessage } from 'node:http'
import { Refusal } from '../errors/refusal.ts'
import { isJsonObject, type JsonObject } from '../json-object.ts'

/** Larger bodies get a 413. GitHub's limit for these endpoints is not documented. */
const MAX_BODY_BYTES = 1_048_576
/** Deeper JSON is taken for none, as by Ruby's parser. What is shown in an error, or walked, cannot overflow the stack then. */
const MAX_NESTING = 100

/**
 * Reads a request's JSON object. Nothing sent is an empty object.
 *
 * @throws {Refusal} 413 over the limit, 400 for what is not UTF-8, not JSON, nested more than 100 deep, or not an object.
 */
export async function readJsonObject(request: IncomingMessage): Promise<JsonObject> {
  const bytes = await readBytes(request)
  if (bytes.length === 0) return {}
  const value = parse(bytes)
  if (!isJsonObject(value)) throw new Refusal('BODY_NOT_OBJECT')
  return value
}

/**
 * Reads the fields of a form; a JSON object is taken for one, its strings and numbers being the fields.
 *
 * @throws {Refusal} 413 over the limit, 400 for what is not UTF-8, or neither a form nor a JSON object.
 */
export async function readForm(request: IncomingMessage): Promise<URLSearchParams> {
  if (!/^application\/(?:[\w.+-]+\+)?json\b/i.test(request.headers['content-type'] ?? ''))
    return fieldsIn(await readBytes(request), request.headers['content-type'])
  const fields = new URLSearchParams()
  for (const [name, value] of Object.entries(await readJsonObject(request)))
    if (typeof value === 'string' || typeof value === 'number') fields.set(name, String(value))
  return fields
}

// Browsers and `FormData` send forms in parts as well.
async function fieldsIn(bytes: Buffer, contentType = ''): Promise<URLSearchParams> {
  if (!/^multipart\/form-data\b/i.test(contentType)) return new URLSearchParams(decode(bytes))
  const fields = new URLSearchParams()
  const form = await new Response(bytes, { headers: { 'content-type': contentType } })
    .formData()
    .catch(() => undefined)
  if (form === undefined) throw new Refusal('BODY_NOT_JSON')
  for (const [name, value] of form) if (typeof value === 'string') fields.append(name, value)
  return fields
}

async function readBytes(request: IncomingMessage): Promise<Buffer> {
  if (request.headers['content-length'] === undefined && request.headers['transfer-encoding'] === undefined)
    return Buffer.alloc(0)
  // It hung up before anybody asked, as after a delay: the events below were told already.
  if (request.destroyed) throw new Refusal('BODY_NOT_JSON')
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
  const value = parseJson(decode(bytes))
  if (nestsDeeperThan(MAX_NESTING, value)) throw new Refusal('BODY_NOT_JSON')
  return value
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    throw new Refusal('BODY_NOT_JSON')
  }
}

// Level by level: a recursive walk would be the overflow it is meant to prevent.
function nestsDeeperThan(levels: number, value: unknown): boolean {
  let containers = [value].filter(isContainer)
  for (let depth = 1; depth <= levels && containers.length > 0; depth += 1)
    containers = containers.flatMap((container): unknown[] => Object.values(container)).filter(isContainer)
  return containers.length > 0
}

function isContainer(value: unknown): value is object {
  return typeof value === 'object' && value !== null
}

function decode(bytes: Buffer): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch {
    throw new Refusal('BODY_NOT_JSON')
  }
}
