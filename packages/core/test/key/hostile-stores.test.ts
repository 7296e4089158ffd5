import { describe, expect, it } from 'vitest'
import { pemKey, type StoreProblem, storedSecret } from '../../src/index.ts'
import { PEM, printed, TOKEN, Vault, WEBHOOK_SECRET } from '../planted-secrets.ts'
import { errorWithCode, hubauthError } from '../rejection.ts'
import { INPUT } from './signers.ts'

const PLACE = { store: 'A vault', secretId: 'app' }

function expectNothingShown(error: unknown): void {
  const vault = new Vault()
  for (const text of printed(error)) expect(vault.foundIn(text)).toEqual([])
}

/** Text that is dear to whoever looks for a key in it. */
const LONG_TEXTS: readonly (readonly [string, string])[] = [
  ['10 MB of base64', 'A'.repeat(10_000_000)],
  ['10 MB of beginnings', '-----BEGIN A-----'.repeat(600_000)],
  ['beginnings', '-----BEGIN A-----'.repeat(3_800)],
  ['padding', `${'='.repeat(65_000)}x`],
  ['padding in a key', `-----BEGIN RSA PRIVATE KEY-----${'='.repeat(65_000)}x-----END RSA PRIVATE KEY-----`],
]

describe('a store that means no good', () => {
  // Quadratic searches would take minutes here, and hold up the whole process.
  it.each(LONG_TEXTS)(
    'cannot hold up the process with %s',
    async (_, text) => {
      await errorWithCode('KEY_INVALID', pemKey(storedSecret({ ...PLACE, fetch: () => text })).sign(INPUT))
    },
    5_000,
  )

  it('cannot hold up the process with a large or deep document', async () => {
    const deep = `${'['.repeat(100_000)}${']'.repeat(100_000)}`
    for (const text of [`{"key":"${'A'.repeat(10_000_000)}"}`, `{"key":${deep}}`, deep]) {
      const key = pemKey(storedSecret({ ...PLACE, fetch: () => text }).field('key'))
      expect((await hubauthError(key.sign(INPUT))).code).toMatch(/^(KEY_INVALID|STORE_FIELD_MISSING)$/)
    }
  })

  it.each<StoreProblem | 'unknown'>(['unknown', 'unavailable', 'access-denied', 'not-found', 'throttled'])(
    'cannot have a secret printed with an error of its client (%s)',
    async (problem) => {
      const thrown = [
        new Error(`cannot parse ${PEM}`),
        Object.assign(new Error(TOKEN, { cause: new Error(PEM) }), { code: TOKEN, response: { body: PEM } }),
        Object.assign(new Error(PEM), { name: PEM }),
        Object.assign(new Error('x'), { statusCode: PEM, code: { toString: () => PEM } }),
        PEM,
        TOKEN,
        { message: PEM, code: PEM },
        undefined,
        null,
      ]
      for (const reason of thrown) {
        const explain = () => (problem === 'unknown' ? undefined : problem)
        const secret = storedSecret({ ...PLACE, fetch: () => Promise.reject(reason), explain })
        for (const read of [secret.read(), secret.field('key').read(), pemKey(secret).sign(INPUT)])
          expectNothingShown(await hubauthError(read))
      }
    },
  )

  it.each(['code', 'name', 'statusCode'])(
    'cannot have a token printed as the %s of an error, and real names are',
    async (property) => {
      const of = (value: string) => Object.assign(new Error('x'), { [property]: value })
      const message = async (error: Error) => {
        const secret = storedSecret({ ...PLACE, fetch: () => Promise.reject(error) })
        return (await errorWithCode('STORE_UNAVAILABLE', secret.read())).message
      }
      for (const token of ['ya29.a0AfH6SMBplanted', 's.3fJ9planted', '6f1b2f9e-0d3c-4a55-9a77-2d1c9d6f4e11'])
        expect(await message(of(token))).not.toContain(token)
      for (const name of ['ERR_HTTP2_STREAM_CANCEL', 'KMSInternalException', '503', 'com.example.Failed'])
        expect(await message(of(name))).toContain(`(${name})`)
    },
  )

  it('cannot have a secret of any form printed with an error that nobody knows', async () => {
    for (const reason of [new Error(WEBHOOK_SECRET), WEBHOOK_SECRET, { toString: () => WEBHOOK_SECRET }]) {
      const secret = storedSecret({ ...PLACE, fetch: () => Promise.reject(reason) })
      expectNothingShown(await errorWithCode('STORE_UNAVAILABLE', secret.read()))
    }
  })
})
