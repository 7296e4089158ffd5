import { connect, type Socket } from 'node:net'
import type { Simulator } from '../../src/index.ts'

/** One answer, as bytes say it. */
export interface RawAnswer {
  readonly status: number
  readonly head: string
  readonly body: string
}

/** A bare connection, for everything that clients of HTTP refuse to send. */
export class RawConnection {
  readonly socket: Socket
  #received = ''
  #closed = false
  #wake: () => void = () => undefined

  constructor(github: Simulator) {
    this.socket = connect(Number(new URL(github.url).port), '127.0.0.1')
    this.socket.setEncoding('latin1')
    this.socket.on('data', (text: string) => {
      this.#received += text
      this.#wake()
    })
    this.socket.on('error', () => undefined)
    this.socket.on('close', () => {
      this.#closed = true
      this.#wake()
    })
  }

  get received(): string {
    return this.#received
  }

  /** Sends bytes; resolves when they are on their way, or when the server hung up instead. */
  async send(bytes: string | Uint8Array): Promise<void> {
    if (this.#closed) return
    await new Promise<void>((resolve) => {
      this.#wake = resolve
      this.socket.write(typeof bytes === 'string' ? Buffer.from(bytes, 'latin1') : bytes, () => resolve())
    })
  }

  /** Waits for so many answers. Resolves with fewer when the server hangs up. */
  async answers(count: number): Promise<RawAnswer[]> {
    while (!this.#closed && parse(this.#received).length < count)
      await new Promise<void>((resolve) => {
        this.#wake = resolve
      })
    return parse(this.#received)
  }

  /** Waits until the server hangs up. */
  async closed(): Promise<RawAnswer[]> {
    return this.answers(Number.POSITIVE_INFINITY)
  }
}

/** Sends bytes that ask for the connection to be closed. Returns everything that was answered until it is. */
export async function converse(github: Simulator, ...parts: (string | Uint8Array)[]): Promise<RawAnswer[]> {
  const connection = new RawConnection(github)
  for (const part of parts) await connection.send(part)
  return connection.closed()
}

/** Sends bytes and no more, whatever they promise. Returns everything that was answered until the server hangs up. */
export async function blurt(github: Simulator, bytes: Uint8Array): Promise<RawAnswer[]> {
  const connection = new RawConnection(github)
  connection.socket.end(bytes)
  return connection.closed()
}

function parse(received: string): RawAnswer[] {
  const answers: RawAnswer[] = []
  let rest = received
  for (;;) {
    const end = rest.indexOf('\r\n\r\n')
    if (end === -1) return answers
    const head = rest.slice(0, end)
    const length = Number(/^content-length: (\d+)/im.exec(head)?.[1] ?? 0)
    const bodyAt = end + 4
    if (rest.length < bodyAt + length) return answers
    const status = Number(head.slice(9, 12))
    answers.push({ status, head, body: rest.slice(bodyAt, bodyAt + length) })
    rest = rest.slice(bodyAt + length)
  }
}
