import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join, normalize } from 'node:path'
import { describe, expect, it } from 'vitest'

const SRC = new URL('../src/', import.meta.url).pathname

/** What each folder may import besides itself, `errors.ts`, `clock.ts` and `observe.ts`; the table of docs/architecture.md. */
const ALLOWED: Readonly<Record<string, readonly string[]>> = {
  key: ['cache'],
  jwt: [],
  cache: [],
  github: [],
  token: ['jwt', 'key', 'cache', 'github'],
  request: ['token', 'key', 'cache', 'github', 'webhook/delivery.ts'],
  webhook: [
    'cache/base64url.ts',
    'cache/bounded-map.ts',
    'cache/flights.ts',
    'cache/store-guard.ts',
    'key/secret-source.ts',
  ],
}

const files = readdirSync(SRC, { recursive: true })
  .map(String)
  .filter((file) => file.endsWith('.ts'))

function importsOf(file: string): readonly string[] {
  const text = readFileSync(join(SRC, file), 'utf8')
  return [...text.matchAll(/^(?:import|export|\}) [^'\n]*?from '([^']+)'/gm)].map(([, target = '']) =>
    target.startsWith('.') ? normalize(join(dirname(file), target)) : target,
  )
}

describe('packages/core/src', () => {
  it('shows the two pipelines, and nothing else', () => {
    expect(readdirSync(SRC).sort()).toEqual(
      [
        'cache',
        'clock.ts',
        'errors.ts',
        'github',
        'index.ts',
        'jwt',
        'key',
        'observe.ts',
        'request',
        'token',
        'webhook',
      ].sort(),
    )
  })

  it.each(Object.entries(ALLOWED))('lets %s import only what the architecture says', (folder, allowed) => {
    const own = files.filter((file) => file.startsWith(`${folder}/`))
    const foreign = own.flatMap((file) =>
      importsOf(file)
        .filter(
          (target) => target.endsWith('.ts') && !['errors.ts', 'clock.ts', 'observe.ts'].includes(target),
        )
        .filter(
          (target) => ![folder, ...allowed].some((may) => target === may || target.startsWith(`${may}/`)),
        )
        .map((target) => `${file} imports ${target}`),
    )
    expect(own.length).toBeGreaterThan(0)
    expect(foreign).toEqual([])
  })

  it('runs anywhere: one file imports from Node, one function comes from a package', () => {
    const outside = files.flatMap((file) =>
      importsOf(file)
        .filter((target) => !target.endsWith('.ts'))
        .map((target) => `${file} imports ${target}`),
    )
    expect(outside.sort()).toEqual([
      'cache/base64url.ts imports jose/base64url',
      'jwt/app-jwt.ts imports jose/base64url',
      'webhook/hmac.node.ts imports node:crypto',
      'webhook/rotating-secrets.ts imports #hmac',
    ])
  })
})
