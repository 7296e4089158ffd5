const PAUSE_MS = 60_000
const MAX_REMEMBERED = 100

/**
 * A listener that hears the same message once a minute: clients report every attempt to connect again. It cannot hurt: one
 * that throws is not heard. @internal
 */
export function quietly(listener: (error: unknown) => void): (error: unknown) => void {
  const quietUntil = new Map<string, number>()
  return (error) => {
    const message = error instanceof Error ? error.message : String(error)
    const now = performance.now()
    if ((quietUntil.get(message) ?? 0) > now) return
    if (quietUntil.size >= MAX_REMEMBERED) quietUntil.clear()
    quietUntil.set(message, now + PAUSE_MS)
    try {
      listener(error)
    } catch (failure) {
      console.error('[hubauth] a listener failed:', failure)
    }
  }
}
