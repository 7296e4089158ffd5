import { type IncomingMessage, ServerResponse } from 'node:http'

/** A response that can be made to break off in the middle of its body, whoever writes it. */
export class CuttableResponse<
  Request extends IncomingMessage = IncomingMessage,
> extends ServerResponse<Request> {
  #cut = false

  /** From now on the first piece of body is the last one, and only half of it is sent. */
  cut(): void {
    this.#cut = true
  }

  override write(...args: readonly unknown[]): boolean {
    return this.#breakOff(args[0]) ? false : Reflect.apply(super.write, this, args)
  }

  override end(...args: readonly unknown[]): this {
    return this.#breakOff(args[0]) ? this : Reflect.apply(super.end, this, args)
  }

  #breakOff(chunk: unknown): boolean {
    if (!this.#cut || !(chunk instanceof Uint8Array) || chunk.length < 2) return false
    this.#cut = false
    super.write(chunk.subarray(0, Math.floor(chunk.length / 2)), () => this.destroy())
    return true
  }
}
