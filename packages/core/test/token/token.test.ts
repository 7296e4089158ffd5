import { format, inspect } from 'node:util'
import { describe, expect, it } from 'vitest'
import { boundedMap } from '../../src/cache/bounded-map.ts'
import { Token } from '../../src/index.ts'
import { type AppFacts, InstallationToken } from '../../src/token/installation-token.ts'

const VALUE = 'ghs_planted'

function facts(): AppFacts {
  const owners = boundedMap<string>(1)
  owners.set('7', 'acme')
  return { appId: 'Iv23liOcto', owners }
}

function installationToken(): InstallationToken {
  const fields = {
    value: VALUE,
    expiresAt: 3_600_000,
    mintedAt: 0,
    installationId: 7,
    grant: {
      permissions: { issues: 'write' },
      repositorySelection: 'selected',
      repositories: ['acme/api'],
      singleFilePaths: ['.github/octo.yml'],
    },
  } as const
  return new InstallationToken(fields, facts())
}

describe.each([
  ['Token', () => new Token(VALUE, 3_600_000)],
  ['InstallationToken', installationToken],
])('%s', (_, make) => {
  it('gives its secret to whoever asks for the value or the header', () => {
    expect(make().value).toBe(VALUE)
    expect(make().authorization).toBe(`Bearer ${VALUE}`)
  })

  it('shows its secret in no other way', () => {
    const token = make()
    const shown = [
      String(token),
      `${token}`,
      JSON.stringify({ token }),
      inspect(token, { depth: Number.POSITIVE_INFINITY, showHidden: true }),
      inspect(token, { customInspect: false, showHidden: true }),
      format('%s %o %O %j', token, token, token, token),
      JSON.stringify({ ...token }),
      JSON.stringify(structuredClone({ ...token })),
      JSON.stringify(Object.entries(Object.getOwnPropertyDescriptors(token))),
    ]
    for (const text of shown) expect(text).not.toContain(VALUE)
    expect(String(token)).toBe('[redacted]')
  })

  it('is frozen', () => {
    expect(Object.isFrozen(make())).toBe(true)
  })
})

describe('InstallationToken', () => {
  it('shows everything but the secret', () => {
    expect(JSON.parse(JSON.stringify(installationToken()))).toEqual({
      value: '[redacted]',
      expiresAt: 3_600_000,
      mintedAt: 0,
      installationId: 7,
      owner: 'acme',
      app: 'Iv23liOcto',
      permissions: { issues: 'write' },
      repositorySelection: 'selected',
      repositories: ['acme/api'],
      singleFilePaths: ['.github/octo.yml'],
    })
  })

  it('comes back from a cache equal in every field, and frozen all the way down', () => {
    const token = installationToken()
    const parsed = InstallationToken.parse(InstallationToken.serialize(token), facts())
    expect(parsed?.value).toBe(VALUE)
    expect(parsed?.toJSON()).toEqual(token.toJSON())
    for (const part of [parsed, parsed?.permissions, parsed?.repositories, parsed?.singleFilePaths]) {
      expect(Object.isFrozen(part)).toBe(true)
    }
  })

  it.each([
    ['nothing', ''],
    ['no JSON', 'ghs_planted'],
    ['null', 'null'],
    ['a number', '1'],
    ['a list', '[]'],
    ['another version', JSON.stringify({ ...fields(), v: 2 })],
    ['no value', JSON.stringify({ ...fields(), value: undefined })],
    ['an empty value', JSON.stringify({ ...fields(), value: '' })],
    ['no expiry', JSON.stringify({ ...fields(), expiresAt: undefined })],
    ['an expiry that is no number', JSON.stringify({ ...fields(), expiresAt: '2026' })],
    ['no moment of its mint', JSON.stringify({ ...fields(), mintedAt: undefined })],
    ['no installation', JSON.stringify({ ...fields(), installationId: undefined })],
    ['no grant', JSON.stringify({ ...fields(), grant: undefined })],
    ['a grant that is null', JSON.stringify({ ...fields(), grant: null })],
    ['a grant without permissions', JSON.stringify({ ...fields(), grant: {} })],
    [
      'repositories that are no list',
      JSON.stringify({ ...fields(), grant: { permissions: {}, repositories: 1 } }),
    ],
  ])('reads a cached text with %s as no token', (_, text) => {
    expect(InstallationToken.parse(text, facts())).toBe(undefined)
  })
})

function fields(): Record<string, unknown> {
  return JSON.parse(InstallationToken.serialize(installationToken()))
}
