import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { TokenScope } from '../../src/index.ts'
import { canonicalScope } from '../../src/token/token-scope.ts'

const name = fc.stringMatching(/^[A-Za-z0-9_.-]{1,12}$/).filter((text) => /[^.]/.test(text))
const names = fc.array(name, { minLength: 1, maxLength: 5 })
const ids = fc.array(fc.integer({ min: 1, max: 50 }), { minLength: 1, maxLength: 5 })
const permissions = fc.dictionary(
  fc.stringMatching(/^[a-z_]{1,12}$/),
  fc.constantFrom('read' as const, 'write' as const, 'admin' as const),
  { minKeys: 1, maxKeys: 4, noNullPrototype: true },
)
const scopes: fc.Arbitrary<TokenScope> = fc.oneof(
  fc.record({ repositories: names, permissions }, { requiredKeys: [] }),
  fc.record({ repositoryIds: ids, permissions }, { requiredKeys: [] }),
)

/** What a scope means, told in another way than the code under test does it. */
function meaning({ repositories, repositoryIds, permissions: levels }: TokenScope): unknown {
  const sorted = <T>(values: Iterable<T>) => [...new Set(values)].map(String).sort()
  return JSON.stringify([
    repositories && sorted(repositories.map((one) => one.toLowerCase())),
    repositoryIds && sorted(repositoryIds),
    levels && sorted(Object.entries(levels).map((entry) => entry.join(' '))),
  ])
}

function deeplyFrozen(scope: TokenScope): TokenScope {
  for (const value of Object.values(scope)) Object.freeze(value)
  return Object.freeze(scope)
}

describe('canonicalScope', () => {
  it('gives two scopes the same key exactly when they mean the same', () => {
    fc.assert(
      fc.property(scopes, scopes, (one, other) => {
        expect(canonicalScope(one).key === canonicalScope(other).key).toBe(meaning(one) === meaning(other))
      }),
      { numRuns: 2_000 },
    )
  })

  it('does not care about order, letter case and duplicates', () => {
    fc.assert(
      fc.property(names, permissions, fc.boolean(), (repositories, levels, isUpper) => {
        const one = canonicalScope({ repositories, permissions: levels })
        const shuffled = [...repositories, ...repositories].reverse()
        const other = canonicalScope({
          repositories: shuffled.map((text) => (isUpper ? text.toUpperCase() : text.toLowerCase())),
          permissions: Object.fromEntries(Object.entries(levels).reverse()),
        })
        expect(other.key).toBe(one.key)
      }),
    )
  })

  it("never changes the caller's objects, and takes frozen ones", () => {
    fc.assert(
      fc.property(scopes, (scope) => {
        const before = structuredClone(scope)
        canonicalScope(deeplyFrozen(scope))
        expect(scope).toEqual(before)
      }),
    )
  })

  it('asks GitHub for exactly what was asked for', () => {
    fc.assert(
      fc.property(scopes, (scope) => {
        const { body } = canonicalScope(scope)
        const asked = body === undefined ? {} : JSON.parse(body)
        const { repositories, repository_ids: repositoryIds, permissions: levels, ...rest } = asked
        expect(rest).toEqual({})
        expect(meaning({ repositories, repositoryIds, permissions: levels })).toBe(meaning(scope))
      }),
    )
  })

  it('results in a frozen scope that later changes of the input do not reach', () => {
    const repositories = ['web', 'api']
    const { scope, key } = canonicalScope({ repositories })
    repositories.push('secret')
    expect(scope.repositories).toEqual(['api', 'web'])
    expect(Object.isFrozen(scope) && Object.isFrozen(scope.repositories)).toBe(true)
    expect(canonicalScope({ repositories: ['api', 'web'] }).key).toBe(key)
  })

  // octokit.md §1b, verified defects 1 and 2.
  it.each<[string, TokenScope, TokenScope]>([
    ['read and write', { permissions: { issues: 'read' } }, { permissions: { issues: 'write' } }],
    ['write and admin', { permissions: { projects: 'write' } }, { permissions: { projects: 'admin' } }],
    ['a repository and a permission', { repositories: ['contents'] }, { permissions: { contents: 'read' } }],
    ['a name of digits and an id', { repositories: ['42'] }, { repositoryIds: [42] }],
    ['a name with an equals sign of its own', { repositories: ['a.b'] }, { repositories: ['a', 'b'] }],
    ['one and several', { repositoryIds: [1, 2] }, { repositoryIds: [12] }],
    ['something and everything', { permissions: { metadata: 'read' } }, {}],
  ])('keeps %s apart', (_, one, other) => {
    expect(canonicalScope(one).key).not.toBe(canonicalScope(other).key)
  })

  it('sorts ids as numbers', () => {
    expect(canonicalScope({ repositoryIds: [100, 9, 10, 9] }).scope.repositoryIds).toEqual([9, 10, 100])
  })

  it('takes 500 repositories and refuses 501, before GitHub does', () => {
    const list = Array.from({ length: 501 }, (_, index) => index + 1)
    expect(canonicalScope({ repositoryIds: list.slice(1) }).scope.repositoryIds).toHaveLength(500)
    expect(() => canonicalScope({ repositoryIds: list })).toThrow(/at most 500.*got 501/)
    expect(() => canonicalScope({ repositories: list.map((id) => `r${id}`) })).toThrow(/at most 500/)
  })

  it.each<[string, unknown]>([
    ['names and ids together', { repositories: ['api'], repositoryIds: [1] }],
    ['no repository, which would mean all', { repositories: [] }],
    ['no id, which would mean all', { repositoryIds: [] }],
    ['no permission, which would mean all', { permissions: {} }],
    ['a name with its owner', { repositories: ['acme/api'] }],
    ['an empty name', { repositories: [''] }],
    ['a name of dots', { repositories: ['..'] }],
    ['one name that is no list', { repositories: 'api' }],
    ['an id in the place of a name', { repositories: [42] }],
    ['a name in the place of an id', { repositoryIds: ['42'] }],
    ['a broken id', { repositoryIds: [1.5] }],
    ['a negative id', { repositoryIds: [-1] }],
    ['an unknown level', { permissions: { issues: 'maintain' } }],
    ['a level that is no text', { permissions: { issues: true } }],
    ['a permission with a dash', { permissions: { 'pull-requests': 'read' } }],
    ['a list of permissions', { permissions: ['issues'] }],
    ['permissions that are null', { permissions: null }],
    ['repositories that are null', { repositories: null }],
  ])('refuses %s', (_, scope) => {
    expect(() => canonicalScope(scope as TokenScope)).toThrow(TypeError)
  })
})
