import type { Redis } from 'ioredis'

/** How often Redis ran which command, by its name: also those in scripts. */
export type CommandCounts = Readonly<Record<string, number>>

/** What all data takes, in bytes, when nothing is on its way (`used_memory`). */
export async function usedBytes(redis: Redis): Promise<number> {
  return Number(/^used_memory:(\d+)/m.exec(await redis.info('memory'))?.[1])
}

/** What Redis ran for some work, for each of `count` pieces of it. */
export async function commandsPer(
  redis: Redis,
  count: number,
  work: () => Promise<unknown>,
): Promise<CommandCounts> {
  await redis.config('RESETSTAT')
  await work()
  const counts: Record<string, number> = {}
  for (const [, name = '', calls] of (await redis.info('commandstats')).matchAll(
    /^cmdstat_([^:]+):calls=(\d+)/gm,
  ))
    if (!/^(info|config|client)/.test(name)) counts[name] = Number(calls) / count
  return counts
}

/** For people: most frequent first; what is once in twenty pieces or less is left out. */
export function commandsText(counts: CommandCounts): string {
  const often = Object.entries(counts).filter(([, times]) => times > 0.05)
  return often
    .toSorted(([, a], [, b]) => b - a)
    .map(([name, times]) => `${name} ${Number(times.toFixed(2))}`)
    .join(', ')
}
