/** More than GitHub ever sends (25 MiB); a sender that goes on after that is not GitHub. */
const MAX_DISCARDED_BYTES = 32 * 1_024 * 1_024

/**
 * Reads what a receiver left of an upload, up to 32 MiB, so that its answer comes after that. Servers end the connection
 * under an upload that was answered, and a sender that reads its answer after sending would never see it.
 */
export async function discardRest(request: Request): Promise<void> {
  if (request.bodyUsed || request.body?.locked) return
  let left = MAX_DISCARDED_BYTES
  const discarding = new WritableStream<Uint8Array>({
    write({ byteLength }) {
      left -= byteLength
      if (left < 0) throw new RangeError('The sender goes on and on.')
    },
  })
  // Rejects when the sender is gone, too: the answer is for nobody then.
  await request.body?.pipeTo(discarding).catch(() => undefined)
}
