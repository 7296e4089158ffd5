import { manualClock } from '@hubauth/testing'
import { describe, expect, it } from 'vitest'
import { createGitHubAuth } from '../../src/index.ts'
import { type Deferred, deferred } from '../deferred.ts'
import { json, minted } from '../scripted-github.ts'

/** A GitHub that answers when the test says so: calls wait in `asked`, by what they ask for. */
function slowGitHub() {
  const clock = manualClock()
  const asked = { mints: [] as Deferred<Response>[], lookups: [] as Deferred<Response>[] }
  const fetch = (input: string | URL | Request) => {
    const answer = deferred<Response>()
    asked[String(input).includes('access_tokens') ? 'mints' : 'lookups'].push(answer)
    return answer.promise
  }
  const key = { sign: async () => new Uint8Array(256) }
  const github = createGitHubAuth({ appId: 1, key, fetch, clock })
  const tell = (name: string, payload: object = {}) => {
    const [event = '', action] = name.split('.')
    const body = new TextEncoder().encode(name)
    return github.applyDelivery({ event, action, installationId: 7, owner: 'acme', payload, body })
  }
  return { clock, asked, github, tell, lateMint: (value: string) => minted(value, clock.now()) }
}

/** Lets everything happen that waits for nothing outside. */
async function settled(): Promise<void> {
  for (let turn = 0; turn < 8; turn++) await new Promise((resolve) => setImmediate(resolve))
}

describe('who asks after a change', () => {
  it('gets no token whose mint began before it', async () => {
    const { asked, github, tell, lateMint } = slowGitHub()
    const acme = github.installation({ installationId: 7 })
    const before = acme.token()
    await settled()
    await tell('installation.new_permissions_accepted')
    const after = acme.token()
    await settled()
    asked.mints[0]?.resolve(lateMint('ghs_before'))
    await settled()
    asked.mints[1]?.resolve(lateMint('ghs_after'))
    await before
    expect((await after).value).toBe('ghs_after')
    expect((await acme.token()).value).toBe('ghs_after')
  })

  it('is not told of a suspension that somebody else asked about before it', async () => {
    const { asked, github, tell, lateMint } = slowGitHub()
    const acme = github.installation({ installationId: 7 })
    const before = acme.token().catch((error: unknown) => error)
    await settled()
    await tell('installation.unsuspend')
    const after = acme.token()
    await settled()
    asked.mints[0]?.resolve(json({ message: 'This installation has been suspended' }, { status: 403 }))
    expect(await before).toMatchObject({ code: 'INSTALLATION_SUSPENDED' })
    await settled()
    asked.mints[1]?.resolve(lateMint('ghs_after'))
    expect((await after).value).toBe('ghs_after')
  })

  it('gets no installation whose lookup began before it', async () => {
    const { clock, asked, github, tell, lateMint } = slowGitHub()
    const acme = github.installation({ owner: 'acme' })
    const before = acme.token()
    await settled()
    await tell('installation_target.renamed', {
      account: { login: 'other' },
      changes: { login: { from: 'acme' } },
    })
    const after = acme.token()
    await settled()
    asked.lookups[0]?.resolve(json({ id: 7, account: { login: 'acme' } }))
    await settled()
    asked.lookups[1]?.resolve(json({ id: 8, account: { login: 'acme' } }))
    await settled()
    for (const mint of asked.mints) mint.resolve(lateMint('ghs_any'))
    await Promise.all([before, after])
    await clock.advance(1_800_000)
    const later = acme.token()
    await settled()
    for (const mint of asked.mints) mint.resolve(lateMint('ghs_any'))
    expect((await later).installationId).toBe(8)
  })
})
