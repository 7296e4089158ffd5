import { manualClock } from '@hubauth/testing'
import { expect, it } from 'vitest'
import { StoreGuard } from '../../src/cache/store-guard.ts'
import { GitHubClock } from '../../src/github/github-clock.ts'
import { HubauthError, InstallationToken } from '../../src/index.ts'
import { InstallationChanges } from '../../src/token/installation-changes.ts'
import { Suspensions } from '../../src/token/suspensions.ts'
import { errorWithCode } from '../rejection.ts'

const suspended = () => Promise.reject(new HubauthError('INSTALLATION_SUSPENDED', 'It is suspended.'))

it('a suspended installation is asked about by who waits, when the background ended without a word', async () => {
  const clock = manualClock()
  const report = () => undefined
  const guard = new StoreGuard({ clock, store: 'cache', failed: 'It failed.', report, observe: undefined })
  const options = { apiUrl: 'https://api.github.com', clock: new GitHubClock(clock), log: undefined, guard }
  const changes = new InstallationChanges({ ...options, observe: undefined })
  const suspensions = new Suspensions({ clock, changes, report })
  const grant = { permissions: {}, repositorySelection: 'all' } as const
  const fields = { value: 'ghs_x', expiresAt: 0, mintedAt: 0, installationId: 7, grant }
  const token = new InstallationToken(fields, {
    appId: 1,
    owners: { size: 0, get: () => undefined, set: report, delete: report },
  })
  let ask: () => Promise<InstallationToken> = suspended
  const tokens = suspensions.around(7, { getToken: () => ask() })
  await errorWithCode('INSTALLATION_SUSPENDED', tokens.getToken())
  // As in Workers, where what a request began ends with it.
  ask = () => new Promise(() => undefined)
  await clock.advance(60_000)
  await errorWithCode('INSTALLATION_SUSPENDED', tokens.getToken())
  ask = async () => token
  await errorWithCode('INSTALLATION_SUSPENDED', tokens.getToken())
  await clock.advance(60_000)
  expect(await tokens.getToken()).toBe(token)
})
