import fc from 'fast-check'
import { describe, expect, it, vi } from 'vitest'
import { type KeySource, keyRing, pemKey } from '../../src/index.ts'
import { json, scriptedGitHub } from '../scripted-github.ts'
import { type KeyLabel, pemOf, signerOfJwt } from './signers.ts'

const LABELS = ['one', 'two', 'three', 'four'] as const

/** What happens to keys: in the stores that have them, and at GitHub, which accepts some of them. */
type Step =
  | { readonly do: 'store'; readonly source: number; readonly label: KeyLabel }
  | { readonly do: 'accept' | 'delete'; readonly label: KeyLabel }
  | { readonly do: 'break' | 'repair'; readonly source: number }
  | { readonly do: 'call'; readonly calls: number }
  | { readonly do: 'wait'; readonly ms: number }

interface History {
  /** The first key of each source, and whether it is read for every signature. */
  readonly sources: readonly { readonly label: KeyLabel; readonly isReadAlways: boolean }[]
  readonly steps: readonly Step[]
}

const label = fc.constantFrom(...LABELS)
const source = fc.nat({ max: 2 })
const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({ do: fc.constant('store' as const), source, label }),
  fc.record({ do: fc.constantFrom('accept' as const, 'delete' as const), label }),
  fc.record({ do: fc.constantFrom('break' as const, 'repair' as const), source }),
  fc.record({ do: fc.constant('call' as const), calls: fc.integer({ min: 1, max: 3 }) }),
  fc.record({ do: fc.constant('call' as const), calls: fc.constant(1) }),
  fc.record({ do: fc.constant('wait' as const), ms: fc.integer({ min: 1_000, max: 300_000 }) }),
)
const history = (sources: number): fc.Arbitrary<History> =>
  fc.record({
    sources: fc.array(fc.record({ label, isReadAlways: fc.boolean() }), { minLength: 1, maxLength: sources }),
    steps: fc.array(step, { minLength: 4, maxLength: 24 }),
  })

interface Source {
  label: KeyLabel
  isDown: boolean
  readonly key: KeySource
}

function sourceOf({ label: first, isReadAlways }: History['sources'][number]): Source {
  const state = { label: first, isDown: false }
  const read = () => {
    if (state.isDown) throw new Error('the store is down')
    return pemOf(state.label)
  }
  const reread = isReadAlways ? 'every' : 'refused'
  const key = pemKey(read, { reread, minRereadIntervalMs: 0, onProblem: () => undefined })
  return Object.assign(state, { key })
}

/** Plays a history. Returns what broke the rules, and which keys the calls were signed with, in order. */
async function play({ sources: made, steps }: History, join: (...keys: readonly KeySource[]) => KeySource) {
  const sources = made.map(sourceOf)
  const accepted = new Set<KeyLabel>(['one'])
  const keys = new Set<KeyLabel>(sources.map(({ label: first }) => first))
  const refused = new Map<string, number>()
  const signers: KeyLabel[] = []
  const broken: string[] = []
  const github = scriptedGitHub(({ headers, path }) => {
    const by = signerOfJwt(headers.get('authorization') ?? '')
    signers.push(by)
    if (accepted.has(by)) return undefined
    refused.set(path, (refused.get(path) ?? 0) + 1)
    return json({ message: 'A JSON web token could not be decoded' }, { status: 401 })
  })
  const { app } = github.auth({ key: join(...sources.map(({ key }) => key)) })
  const isHopeful = () => sources.some((one) => !one.isDown && accepted.has(one.label))
  const call = async (path: string) => {
    const mustWork = isHopeful()
    const outcome = await app.fetch(path).then(
      ({ status }) => status,
      (error: unknown) => error,
    )
    if (mustWork && outcome !== 200) broken.push(`${path} failed: ${outcome}`)
    const refusals = refused.get(path) ?? 0
    if (refusals > keys.size + 1) broken.push(`${path} was refused ${refusals} times, with ${keys.size} keys`)
  }
  for (const [at, one] of [...steps, { do: 'call', calls: 1 } as const].entries()) {
    const chosen = 'source' in one ? sources[one.source % sources.length] : undefined
    if (one.do === 'store' && chosen) {
      chosen.label = one.label
      keys.add(one.label)
    }
    if (one.do === 'break' && chosen) chosen.isDown = true
    else if (one.do === 'repair' && chosen) chosen.isDown = false
    else if (one.do === 'accept') accepted.add(one.label)
    else if (one.do === 'delete') accepted.delete(one.label)
    else if (one.do === 'wait') await github.time.pass(one.ms)
    else if (one.do === 'call') {
      // Nobody changes keys twice in ten seconds.
      await github.time.pass(10_000)
      await Promise.all(Array.from({ length: one.calls }, (_, index) => call(`/call/${at}/${index}`)))
    }
  }
  return { broken, signers }
}

describe('a ring of keys', () => {
  it('reaches every key that GitHub accepts, without trying one twice, whatever happens in whatever order', async () => {
    vi.spyOn(console, 'error').mockImplementation(() => undefined)
    await fc.assert(
      fc.asyncProperty(history(3), async (one) => {
        expect((await play(one, keyRing)).broken).toEqual([])
      }),
      { numRuns: 150 },
    )
    vi.restoreAllMocks()
  })

  it('of one behaves as its only key does', async () => {
    await fc.assert(
      fc.asyncProperty(history(1), async (one) => {
        const alone = await play(one, (...[key]) => key ?? keyRing())
        expect(alone.broken).toEqual([])
        expect(await play(one, keyRing)).toEqual(alone)
      }),
      { numRuns: 100 },
    )
  })
})
