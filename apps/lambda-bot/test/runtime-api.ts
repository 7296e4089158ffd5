import { randomUUID } from 'node:crypto'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { json } from 'node:stream/consumers'

/** Something that can be stopped between invocations, and goes on where it was. */
interface Freezable {
  freeze(): unknown
  thaw(): unknown
}

interface Invocation {
  readonly id: string
  readonly event: object
  resolve(result: unknown): void
  reject(error: Error): void
}

/** The side of Lambda that an instance of a function talks to. One invocation at a time, as there. */
export class RuntimeApi {
  readonly #server = createServer((request, response) => void this.#route(request, response))
  readonly #waiting: Invocation[] = []
  #instance: Freezable | undefined
  #idle: ServerResponse | undefined
  #current: Invocation | undefined
  #initialised: (error?: Error) => void = () => undefined

  /** Starts to listen. Returns `host:port`, as AWS_LAMBDA_RUNTIME_API has it. */
  async listen(): Promise<string> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve))
    return `127.0.0.1:${(this.#server.address() as AddressInfo).port}`
  }

  /** Resolves when the instance has loaded its function. @throws {Error} When that failed. */
  initialised(instance: Freezable): Promise<void> {
    this.#instance = instance
    return new Promise((resolve, reject) => {
      this.#initialised = (error) => (error === undefined ? resolve() : reject(error))
    })
  }

  /** Calls the function. @throws {Error} When the invocation failed. */
  invoke(event: object): Promise<unknown> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ id: randomUUID(), event, resolve, reject })
      this.#dispatch()
    })
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections()
    await new Promise((resolve) => this.#server.close(resolve))
  }

  async #route(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const path = request.url?.replace('/2018-06-01/runtime/', '') ?? ''
    if (path === 'invocation/next') {
      this.#idle = response
      this.#initialised()
      return this.#dispatch()
    }
    const result = await json(request)
    response.writeHead(202).end()
    if (path === 'init/error') this.#initialised(new Error(JSON.stringify(result)))
    else if (path === `invocation/${this.#current?.id}/response`) this.#current?.resolve(result)
    else this.#current?.reject(new Error(JSON.stringify(result)))
  }

  /** Gives an idle instance its next invocation, or freezes it: nothing of it runs between two invocations. */
  #dispatch(): void {
    if (this.#idle === undefined) return
    const next = this.#waiting.shift()
    if (next === undefined) {
      this.#instance?.freeze()
      return
    }
    this.#current = next
    this.#instance?.thaw()
    this.#idle.setHeader('lambda-runtime-aws-request-id', next.id)
    this.#idle.end(JSON.stringify(next.event))
    this.#idle = undefined
  }
}
