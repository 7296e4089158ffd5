import fc from 'fast-check'
import { describe, test } from 'vitest'
import { newPrivateKey, PRIVATE_KEY } from '../support/app-jwt.ts'
import { steps, stepsWithKeys, worldPlan } from './arbitrary-stories.ts'
import { makeChange } from './changes.ts'
import { createWorld, told, type World } from './create-world.ts'
import { fullName } from './oracle.ts'
import { everything, judge } from './probes.ts'
import type { Probe, Step, WorldPlan } from './world.ts'

const KEYS = [PRIVATE_KEY, newPrivateKey()]

/** Plays a story to its end, and then asks about everything. @throws {Error} that tells the story so far. */
async function play(plan: WorldPlan, story: readonly Step[]): Promise<void> {
  const world = await createWorld(plan, KEYS)
  const happened = beginning(world)
  try {
    for (const { change, probes } of story) {
      happened.push((await makeChange(world, change)) ?? '')
      await judgeAll(world, probes)
    }
    await judgeAll(world, everything(world))
  } catch (error) {
    const lines = [...happened, error instanceof Error ? error.message : String(error)]
    throw new Error(lines.filter((line) => line !== '').join('\n'))
  } finally {
    await world.github.close()
  }
}

function beginning({ oracle }: World): string[] {
  const repositories = oracle.repositories.map(
    (repository) => `${fullName(repository)}${repository.private ? ' (private)' : ''}`,
  )
  const users = oracle.users.map(({ login, memberOf, invitedTo }) => {
    const places = [...[...memberOf].map((account) => account.login), ...[...invitedTo].map(fullName)]
    return `${login}: ${places.join(', ') || 'nowhere'}`
  })
  return [repositories.join(', '), ...users, ...oracle.installations.map(told)]
}

async function judgeAll(world: World, probes: readonly Probe[]): Promise<void> {
  const differences = await Promise.all(probes.map((probe) => judge(world, probe)))
  const first = differences.find((difference) => difference !== undefined)
  if (first !== undefined) throw new Error(first)
}

/** Tells the shortest story that fails, and how to see it again, instead of the values it was made of. */
function report<Values>({ failed, errorInstance, seed, counterexamplePath }: fc.RunDetails<Values>): void {
  if (!failed) return
  const story = errorInstance instanceof Error ? errorInstance.message : String(errorInstance)
  throw new Error(`${story}\n\nAgain with { seed: ${seed}, path: '${counterexamplePath}' }`)
}

async function holds(stories: fc.Arbitrary<readonly Step[]>, numRuns: number): Promise<void> {
  const property = fc.asyncProperty(worldPlan, stories, (plan, story) => play(plan, story))
  // Shrinking on a busy machine ends in time to tell the shortest story so far.
  await fc.assert(property, { numRuns, reporter: report, interruptAfterTimeLimit: 40_000 })
}

describe('A token reaches what GitHub lets it reach, and nothing else,', () => {
  test('whatever becomes of it, its installation, its repositories and their names', async () => {
    await holds(steps, 35)
  }, 60_000)

  test('whatever becomes of the keys of its app', async () => {
    await holds(stepsWithKeys, 3)
  }, 60_000)
})
