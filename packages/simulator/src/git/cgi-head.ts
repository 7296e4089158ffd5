import type { Readable } from 'node:stream'

const MAX_HEAD_BYTES = 16_384
const PASSED = new Set(['content-type', 'cache-control', 'expires', 'pragma'])

/** The part of a CGI answer that comes before its body. */
export interface CgiHead {
  readonly status: number
  /** Lower-case names; only those that say something about git's answer. */
  readonly headers: Readonly<Record<string, string>>
}

/**
 * Reads the head off a stream and leaves the body in it, paused. Undefined when the stream ends before, or the head is
 * none or over 16 KiB.
 */
export function readCgiHead(stream: Readable): Promise<CgiHead | undefined> {
  return new Promise((resolve) => {
    let seen = Buffer.alloc(0)
    const finish = (head: CgiHead | undefined): void => {
      stream.off('data', read).off('end', none).off('close', none).pause()
      resolve(head)
    }
    const none = (): void => finish(undefined)
    const read = (chunk: Buffer): void => {
      seen = Buffer.concat([seen, chunk])
      const end = seen.indexOf('\r\n\r\n')
      if (end === -1) {
        if (seen.length > MAX_HEAD_BYTES) none()
        return
      }
      finish(parseCgiHead(seen.toString('latin1', 0, end)))
      const body = seen.subarray(end + 4)
      if (body.length > 0) stream.unshift(body)
    }
    stream.on('data', read).once('end', none).once('close', none)
  })
}

function parseCgiHead(text: string): CgiHead | undefined {
  let status = 200
  const headers: Record<string, string> = {}
  for (const line of text.split('\r\n')) {
    const [, name = '', value = ''] = /^([\w-]+):[ \t]*([\x20-\x7e]*)$/.exec(line) ?? []
    if (name === '') return undefined
    if (name.toLowerCase() === 'status') status = Number(value.slice(0, 3))
    else if (PASSED.has(name.toLowerCase())) headers[name.toLowerCase()] = value
  }
  return status >= 200 && status <= 599 ? { status, headers } : undefined
}
