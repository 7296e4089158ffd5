import type { ChildProcessWithoutNullStreams } from 'node:child_process'
import { once } from 'node:events'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { readCgiHead } from './cgi-head.ts'
import type { GitProcesses } from './git-processes.ts'
import type { GitDirectory } from './git-repositories.ts'

const HEADER_VALUE = /^[\x20-\x7e]{1,256}$/

/** What git asks a server for: to send objects to the client, or to receive some from it. */
export type GitService = 'git-upload-pack' | 'git-receive-pack'

/** `advertise`: which refs are there. `call`: the service itself. */
export type GitOperation = 'advertise' | 'call'

/** One request, and what answers it. */
export interface GitExchange {
  readonly request: IncomingMessage
  readonly response: ServerResponse
  readonly directory: GitDirectory
  readonly operation: GitOperation
  readonly service: GitService
  /** Who pushes, for git's own records. */
  readonly remoteUser: string
  /** Sent with the answer. */
  readonly headers: Readonly<Record<string, string>>
  /** A client that sends nothing for so long in the middle of its body is cut off. */
  readonly stalledMs: number
  /** Called when git is done, before the client hears the end of the answer, whatever happened. */
  finished?(): Promise<void>
}

/**
 * Lets `git http-backend` answer a request, both ways as a stream. A client that goes away takes the process with it.
 *
 * @returns whether the answer was sent, or there is nobody left to send it to; false when git failed before it answered.
 * @throws {GitMissingError} when there is no git.
 */
export async function serveWithGit(processes: GitProcesses, exchange: GitExchange): Promise<boolean> {
  const { request, response, directory } = exchange
  const gone = new AbortController()
  const leave = (): void => gone.abort()
  response.once('close', leave)
  // A client that left while it waited is nobody to answer.
  if (response.destroyed) return true
  const start = processes.start(['http-backend'], {
    home: directory.root,
    env: environmentOf(exchange),
    signal: gone.signal,
  })
  const child = await start.catch((error: unknown) => {
    if (!gone.signal.aborted) throw error
  })
  if (child === undefined) return true
  const ended = once(child, 'close')
  const stop = (): void => {
    child.stdout.unpipe(response).resume()
    processes.stop(child)
  }
  gone.signal.addEventListener('abort', stop)
  if (gone.signal.aborted) stop()
  child.stderr.resume()
  feed(request, child, exchange)
  try {
    const answered = await answer(child, exchange)
    if (!answered) processes.stop(child)
    await ended
    return answered
  } finally {
    await exchange.finished?.()
    gone.signal.removeEventListener('abort', stop)
    response.off('close', leave)
    end(child, response)
  }
}

function feed(
  request: IncomingMessage,
  { stdin }: ChildProcessWithoutNullStreams,
  exchange: GitExchange,
): void {
  // Git need not read everything, and what it leaves must not block the connection.
  stdin.on('error', () => request.unpipe(stdin).resume())
  if (exchange.operation === 'advertise') {
    stdin.end()
    request.resume()
    return
  }
  const stalled = setTimeout(() => exchange.response.destroy(), exchange.stalledMs)
  request.on('data', () => stalled.refresh())
  request.once('close', () => clearTimeout(stalled))
  request.once('end', () => clearTimeout(stalled))
  request.pipe(stdin)
}

async function answer(
  { stdout }: ChildProcessWithoutNullStreams,
  { response, headers }: GitExchange,
): Promise<boolean> {
  const head = await readCgiHead(stdout)
  if (head === undefined || response.destroyed) {
    // A stream that nobody reads would keep the process from ever being over.
    stdout.resume()
    return response.destroyed
  }
  response.writeHead(head.status, { ...head.headers, ...headers }).flushHeaders()
  stdout.pipe(response, { end: false })
  return true
}

// Git tells its client what is wrong before it fails. Only an answer that was cut off must not look like a whole one.
function end(child: ChildProcessWithoutNullStreams, response: ServerResponse): void {
  if (!response.headersSent) return
  if (child.signalCode === null) response.end()
  else response.destroy()
}

function environmentOf({ request, directory, ...exchange }: GitExchange): Record<string, string> {
  const { service, operation, remoteUser } = exchange
  const { 'content-type': type, 'content-length': length, 'content-encoding': encoding } = request.headers
  const protocol = request.headers['git-protocol']
  return {
    GATEWAY_INTERFACE: 'CGI/1.1',
    GIT_PROJECT_ROOT: directory.root,
    GIT_HTTP_EXPORT_ALL: '1',
    PATH_INFO: `/${directory.folder}/${operation === 'advertise' ? 'info/refs' : service}`,
    QUERY_STRING: operation === 'advertise' ? `service=${service}` : '',
    REQUEST_METHOD: operation === 'advertise' ? 'GET' : 'POST',
    SERVER_PROTOCOL: 'HTTP/1.1',
    REMOTE_ADDR: '127.0.0.1',
    ...(remoteUser === '' ? {} : { REMOTE_USER: remoteUser }),
    ...(type !== undefined && HEADER_VALUE.test(type) ? { CONTENT_TYPE: type } : {}),
    ...(length === undefined ? {} : { CONTENT_LENGTH: length }),
    ...(encoding !== undefined && /^(?:x-)?gzip$/i.test(encoding) ? { HTTP_CONTENT_ENCODING: 'gzip' } : {}),
    ...(typeof protocol === 'string' && HEADER_VALUE.test(protocol) ? { GIT_PROTOCOL: protocol } : {}),
  }
}
