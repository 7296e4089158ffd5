import { HubauthError } from '../errors.ts'

/** A chunk of one byte takes 300 bytes of memory, so this many are put together into one. */
const MANY_CHUNKS = 1_024

/** For mounts: the chunks of a body as they arrive. Takes about as much memory as there are bytes, however small the chunks. */
export class BodyChunks<Chunk extends Uint8Array> {
  readonly #maxBytes: number
  readonly #concat: (chunks: readonly Chunk[]) => Chunk
  readonly #chunks: Chunk[] = []
  #size = 0
  #joined = 0

  /** @param concat Puts chunks together, such as `Buffer.concat`. */
  constructor(maxBytes: number, concat: (chunks: readonly Chunk[]) => Chunk) {
    this.#maxBytes = maxBytes
    this.#concat = concat
  }

  /** @throws {HubauthError} `WEBHOOK_BODY_TOO_LARGE`; what there was until then is let go of. */
  add(chunk: Chunk): void {
    this.#size += chunk.byteLength
    if (this.#size > this.#maxBytes) this.#chunks.length = 0
    checkBodySize(this.#size, this.#maxBytes)
    this.#chunks.push(chunk)
    if (this.#chunks.length === this.#joined + MANY_CHUNKS)
      this.#chunks.push(this.#concat(this.#chunks.splice(this.#joined++)))
  }

  /** All bytes; where there is one chunk, that chunk itself. */
  bytes(): Chunk {
    const [only] = this.#chunks
    return only !== undefined && this.#chunks.length === 1 ? only : this.#concat(this.#chunks)
  }
}

/** For mounts. @throws {HubauthError} `WEBHOOK_BODY_TOO_LARGE` for more than `maxBytes`. */
export function checkBodySize(bytes: number, maxBytes: number): void {
  if (bytes > maxBytes)
    throw new HubauthError('WEBHOOK_BODY_TOO_LARGE', `The body is larger than ${maxBytes} bytes.`)
}
