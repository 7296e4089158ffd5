import { deepStrictEqual, doesNotMatch, notDeepStrictEqual, ok, strictEqual } from 'node:assert/strict'
import { createPublicKey, type KeyObject, verify } from 'node:crypto'
import { inspect } from 'node:util'
import type { KeySource, SignOptions } from '@hubauth/core'
import { type ConformanceCase, type ConformanceOptions, describeCases } from './conformance-case.ts'
import { rejection } from './rejection.ts'

/** A key source, and what is needed to judge it. */
export interface KeySourceSubject {
  readonly source: KeySource
  /** The public half of its key, as a `KeyObject` or PEM. */
  readonly publicKey: KeyObject | string
  /**
   * Puts another key where the source reads its key, and returns that one's public half. Without it the tests of
   * rotation are skipped.
   */
  rotate?(): Promise<KeyObject | string>
}

/** Makes the key source for one test. */
export type KeySourceFactory = () => KeySourceSubject | Promise<KeySourceSubject>

/** What every key source must do, registered with vitest. @throws {TypeError} For a skip that names no test of the suite. */
export function describeKeySource(
  name: string,
  factory: KeySourceFactory,
  options: ConformanceOptions = {},
): void {
  describeCases(`${name}: key source`, { cases: keySourceCases, subject: factory, ...options })
}

interface KeyTools {
  readonly source: KeySource
  readonly publicKey: KeyObject
  /** Signs and checks the signature. */
  signs(input: Uint8Array, options?: SignOptions): Promise<void>
}

/** New bytes for every use: a source that modifies its input must not spoil what it is compared with. */
const signingInput = () => new TextEncoder().encode('header.claims')

/** The rules themselves. @internal */
export const keySourceCases: readonly ConformanceCase<KeySourceFactory>[] = [
  keyCase('signs RS256 that node:crypto verifies', async ({ signs }) => {
    await signs(signingInput())
    await signs(signingInput())
  }),
  keyCase('returns as many bytes as the modulus has', async ({ source, publicKey }) => {
    const signature = await source.sign(signingInput())
    ok(signature instanceof Uint8Array, 'expected a Uint8Array')
    strictEqual(signature.byteLength * 8, publicKey.asymmetricKeyDetails?.modulusLength)
  }),
  keyCase('signs inputs of any size', async ({ signs }) => {
    await signs(new Uint8Array())
    await signs(new Uint8Array(5_000).fill(0x61))
  }),
  keyCase('signs a view without the bytes around it', async ({ signs }) => {
    const around = new TextEncoder().encode('before header.claims after')
    await signs(around.subarray(7, 20))
  }),
  keyCase('does not modify its input', async ({ source }) => {
    const input = signingInput()
    await source.sign(input)
    deepStrictEqual(input, signingInput())
  }),
  keyCase('returns a signature of its own to every caller', async ({ source, signs }) => {
    const signature = await source.sign(signingInput())
    signature.fill(0)
    notDeepStrictEqual(await source.sign(signingInput()), signature)
    await signs(signingInput())
  }),
  keyCase('signs for fifty callers at once', async ({ signs }) => {
    const inputs = Array.from({ length: 50 }, (_, index) => new TextEncoder().encode(`claims ${index}`))
    await Promise.all(inputs.map((input) => signs(input)))
  }),
  keyCase('rejects with the reason of a signal that aborted before', async ({ source, signs }) => {
    const reason = new Error('enough')
    strictEqual(await rejection(source.sign(signingInput(), { signal: AbortSignal.abort(reason) })), reason)
    await signs(signingInput())
  }),
  keyCase('leaves the other callers alone when one aborts', async ({ source, signs }) => {
    const controller = new AbortController()
    const reason = new Error('enough')
    const given = source
      .sign(signingInput(), { signal: controller.signal, fresh: true })
      .catch((error: unknown) => error)
    const others = Promise.all([signs(signingInput()), signs(signingInput(), { fresh: true })])
    controller.abort(reason)
    await others
    const outcome = await given
    ok(outcome === reason || outcome instanceof Uint8Array, 'expected the signature or the reason')
  }),
  keyCase('signs when the key is to be re-read, alone and with others', async ({ signs }) => {
    await signs(signingInput(), { fresh: true })
    await Promise.all(
      Array.from({ length: 20 }, (_, index) => signs(signingInput(), { fresh: index % 2 === 0 })),
    )
  }),
  keyCase(
    'tells the public half of its key as SubjectPublicKeyInfo, if it tells it',
    async ({ source, publicKey }) => {
      if (source.publicKey === undefined) return
      const spki = await source.publicKey()
      deepStrictEqual(Buffer.from(spki), publicKey.export({ type: 'spki', format: 'der' }))
      spki.fill(0)
      notDeepStrictEqual(await source.publicKey(), spki)
    },
  ),
  keyCase('does not show the key when it is printed', async ({ source, signs }) => {
    await signs(signingInput())
    const printed = `${String(source)} ${JSON.stringify(source)} ${inspect(source, { depth: 9, showHidden: true })}`
    doesNotMatch(printed, /PRIVATE KEY|MII[A-Za-z0-9+/]{40}/)
  }),
  {
    name: 'signs with the new key once it is asked to re-read a rotated one',
    async run(factory, { skip }) {
      const { source, rotate } = await factory()
      await source.sign(signingInput())
      if (rotate === undefined) return skip('the factory offers no rotate()')
      const rotated = publicKeyObject(await rotate())
      ok(
        isSignature(rotated, await source.sign(signingInput(), { fresh: true })),
        'expected a signature of the new key',
      )
      ok(isSignature(rotated, await source.sign(signingInput())), 'expected the new key to stay')
    },
  },
]

function keyCase(name: string, rule: (tools: KeyTools) => Promise<void>): ConformanceCase<KeySourceFactory> {
  return {
    name,
    async run(factory) {
      const subject = await factory()
      const { source } = subject
      const publicKey = publicKeyObject(subject.publicKey)
      const signs = async (input: Uint8Array, options?: SignOptions) => {
        const signature = await source.sign(input, options)
        ok(isSignature(publicKey, signature, input), 'expected an RS256 signature of the input')
      }
      await rule({ source, publicKey, signs })
    },
  }
}

function isSignature(key: KeyObject, signature: Uint8Array, input: Uint8Array = signingInput()): boolean {
  return verify('RSA-SHA256', input, key, signature)
}

function publicKeyObject(key: KeyObject | string): KeyObject {
  return typeof key === 'string' ? createPublicKey(key) : key
}
