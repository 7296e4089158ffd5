import { setTimeout } from 'node:timers/promises'

const GIVE_UP_MS = 15_000

/**
 * Waits until something is so.
 *
 * @throws {Error} When it is not so after 15 s.
 */
export async function until(what: string, isSo: () => Promise<boolean> | boolean): Promise<void> {
  for (const giveUpAt = Date.now() + GIVE_UP_MS; !(await isSo()); await setTimeout(10))
    if (Date.now() > giveUpAt) throw new Error(`Still not so: ${what}.`)
}
