import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createGitHubAuth, plaintextCache, type TokenScope } from '../../src/index.ts'
import { minted } from '../scripted-github.ts'

interface Identity {
  readonly host: string
  readonly appId: string | number
  readonly installationId: number
  readonly scope: TokenScope
}

// Few and similar values, so that collisions would come up: digits that run together, names with separators.
const identities: fc.Arbitrary<Identity> = fc.record({
  host: fc.constantFrom(
    'https://a.example',
    'https://a.example:8443',
    'https://a.example/api/v3',
    'https://b.example',
  ),
  appId: fc.constantFrom(1, 11, '1', 'Iv1.1', 'Iv11'),
  installationId: fc.constantFrom(1, 11, 111),
  scope: fc.constantFrom<TokenScope>(
    {},
    { repositories: ['1'] },
    { repositories: ['1', '11'] },
    { repositories: ['a.b'] },
    { repositories: ['a', 'b'] },
    { repositories: ['A', 'b', 'a'] },
    { repositories: ['ab'] },
    { repositoryIds: [1] },
    { repositoryIds: [1, 11] },
    { repositoryIds: [111] },
    { permissions: { a: 'read' } },
    { permissions: { a: 'write' } },
    { permissions: { a: 'admin' } },
    { permissions: { a: 'read', b: 'read' } },
    { repositories: ['a'], permissions: { b: 'read' } },
    { repositories: ['b'], permissions: { a: 'read' } },
  ),
})

/** The name under which a shared cache is asked for the token. */
async function cacheKeyOf({ host, appId, installationId, scope }: Identity): Promise<string | undefined> {
  const asked: string[] = []
  const cache = plaintextCache({
    get: async (key) => void asked.push(key),
    set: async () => undefined,
    delete: async () => undefined,
  })
  const auth = createGitHubAuth({
    appId,
    key: { sign: async () => new Uint8Array(256) },
    baseUrl: host,
    cache,
    fetch: async () => minted('ghs_1', Date.now()),
  })
  await auth.installation({ installationId, ...scope }).token()
  expect(new Set(asked).size).toBe(1)
  return asked[0]
}

function meaningOf({ host, appId, installationId, scope }: Identity): string {
  const { repositories, repositoryIds, permissions } = scope
  const names = repositories && [...new Set(repositories.map((name) => name.toLowerCase()))].sort()
  return JSON.stringify([
    host,
    String(appId),
    installationId,
    names,
    repositoryIds,
    Object.entries(permissions ?? {}),
  ])
}

describe('the name of a token in a shared cache', () => {
  it('is the same exactly when host, app, installation and scope are', async () => {
    await fc.assert(
      fc.asyncProperty(identities, identities, async (one, other) => {
        const [oneKey, otherKey] = await Promise.all([cacheKeyOf(one), cacheKeyOf(other)])
        expect(oneKey === otherKey).toBe(meaningOf(one) === meaningOf(other))
      }),
      { numRuns: 500 },
    )
  })

  it('does not depend on how the host is written', async () => {
    const identity = { appId: 1, installationId: 1, scope: {} }
    const keys = ['https://A.example:443/api/v3/', 'https://a.example/api/v3'].map((host) =>
      cacheKeyOf({ host, ...identity }),
    )
    const [one, other] = await Promise.all(keys)
    expect(one).toBe(other)
  })
})
