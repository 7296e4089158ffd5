import type { Simulator } from '@hubauth/simulator'
import { withoutRedis } from '@hubauth/stores/redis'
import { rsaKey } from '@hubauth/testing'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { DIFF_CONTEXTS, EXPECTED } from './expected.ts'
import { type CompiledExamples, compileExamples } from './support/compile-examples.ts'
import { applyDiff } from './support/crossed-out.ts'
import { startExampleRedis } from './support/example-redis.ts'
import { PRIVATE_KEY, startGitHub } from './support/github.ts'
import { createPkcs11Token, isPkcs11Installed, type Pkcs11Token } from './support/pkcs11-token.ts'
import { type ReadmeBlock, readmePages } from './support/readme-blocks.ts'
import { runExample } from './support/run-example.ts'
import { type ExampleStores, startStores } from './support/stores.ts'

const pages = readmePages()

/** What there is to paste: a block, and the one above a `diff` in both versions. */
function programsOf(blocks: readonly ReadmeBlock[]): readonly ReadmeBlock[] {
  return blocks.flatMap((block, index) => {
    if (block.language === 'ts') return [block]
    if (block.language !== 'diff') return []
    const above = blocks.slice(0, index).findLast(({ language }) => language === 'ts')
    if (above === undefined) throw new Error(`${block.page}:${block.line}: there is no example above this`)
    const { crossedOut, putIn } = applyDiff(above, block, DIFF_CONTEXTS[block.page])
    return [
      { ...block, name: `${block.heading}, crossed out`, code: crossedOut },
      { ...block, name: `${block.heading}, put in`, code: putIn },
    ]
  })
}

const programs = pages.flatMap(({ blocks }) => programsOf(blocks))
/** The configuration file that a page shows. */
const config = pages.flatMap(({ blocks }) => blocks).find(({ language }) => language === 'json')?.code

const runnable = programs.flatMap((program) => {
  const expected = EXPECTED[program.page]?.[program.name]
  return expected !== undefined && 'check' in expected ? [{ program, expected }] : []
})

test('every example of every README is expected to do something, or is listed with the reason why not', () => {
  const named = ({ page, name }: ReadmeBlock) => `${page}: ${name}`
  const listed = Object.entries(EXPECTED).flatMap(([page, names]) =>
    Object.keys(names).map((name) => `${page}: ${name}`),
  )
  expect(programs.map(named).sort()).toEqual(listed.sort())
})

describe('every example of a README runs as it is', () => {
  let github: Simulator
  let stores: ExampleStores
  let token: Pkcs11Token | undefined
  let noRedis: string | undefined
  let compiled: CompiledExamples

  beforeAll(async () => {
    noRedis = withoutRedis()
    github = await startGitHub()
    stores = await startStores()
    if (isPkcs11Installed()) token = createPkcs11Token(rsaKey().pkcs8)
    const newKey = await github.addKey({ app: 'my-app' })
    compiled = compileExamples(
      runnable.map(({ program }) => program),
      {
        own: { 'app.pem': PRIVATE_KEY, 'new.pem': newKey, 'hubauth.json': config ?? '' },
        mounts: stores.mounts,
      },
    )
  }, 120_000)

  afterAll(async () => {
    compiled?.remove()
    token?.remove()
    await stores?.close()
    await github?.close()
  })

  test.for(
    runnable.map(
      ({ program: { page, name }, expected }, index) => [`${page}: ${name}`, { expected, index }] as const,
    ),
  )('%s', async ([, { expected, index }], { skip }) => {
    skip(expected.needs === 'pkcs11' && token === undefined, 'softhsm2 and opensc are not installed')
    skip(expected.needs === 'redis' && noRedis !== undefined, noRedis)
    const example = compiled.examples[index]
    if (example === undefined) throw new Error('It was not compiled.')
    expect(example.errors).toEqual([])
    const redis = expected.needs === 'redis' ? await startExampleRedis() : undefined
    onTestFinished(async () => await redis?.stop())
    const environment = { ...stores.environment, ...token?.environment, ...redis?.environment }
    await expected.before?.(environment)
    const running = runExample(example, {
      github,
      stores: environment,
      isExported: expected.isExported,
    })
    onTestFinished(async () => {
      running.kill('SIGKILL')
      await running.ended
    })
    await expected.check(running, github)
  })
})
