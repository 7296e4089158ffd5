import {
  addMember,
  addRepository,
  renameAccount,
  renameRepository,
  transferRepository,
} from './change-accounts.ts'
import { changeInstallation, changeKey, installApp } from './change-installations.ts'
import { authorize, endAuthorization, mint, revoke } from './change-tokens.ts'
import { at, type World } from './create-world.ts'
import type { Change, ChangeOf } from './world.ts'

/** Makes a change in both worlds. Returns what happened, for the story of a failure; undefined when it was not possible. */
export async function makeChange(world: World, change: Change): Promise<string | undefined> {
  switch (change.kind) {
    case 'nothing':
      return undefined
    case 'mint':
      return mint(world, change)
    case 'authorize':
      return authorize(world, change)
    case 'end authorization':
      return endAuthorization(world, change)
    case 'revoke':
      return revoke(world, change)
    case 'advance':
      return advance(world, change.ms)
    case 'advance to the expiry':
      return advanceToExpiry(world, change)
    case 'install':
      return installApp(world, change)
    case 'add member':
      return addMember(world, change)
    case 'add repository':
      return addRepository(world, change)
    case 'rename repository':
      return renameRepository(world, change)
    case 'transfer repository':
      return transferRepository(world, change)
    case 'rename account':
      return renameAccount(world, change)
    case 'delete key':
    case 'add key':
      return changeKey(world, change)
    default:
      return changeInstallation(world, change)
  }
}

function advanceToExpiry(world: World, change: ChangeOf<'advance to the expiry'>): string | undefined {
  const { now, tokens } = world.oracle
  if (tokens.length === 0) return undefined
  const { expiresAt = now } = at(tokens, change.token)
  const ms = expiresAt - change.missingMs - now
  return ms > 0 ? advance(world, ms) : undefined
}

function advance({ github, oracle }: World, ms: number): string {
  github.advance(ms)
  oracle.now += ms
  return `${ms} ms pass`
}
