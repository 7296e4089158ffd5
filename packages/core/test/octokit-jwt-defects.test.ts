// One test for each defect of universal-github-app-jwt 2.2.2 that was reproduced in reference/octokit.md §1a.
import { describe, expect, it } from 'vitest'
import { pemKey } from '../src/index.ts'
import { startGitHub } from './github.ts'

describe('app JWTs', () => {
  // "every app call and every token mint re-parses PEM, re-imports key, re-signs"
  it('are signed once for all calls and mints of eight minutes, with a key that is read once', async () => {
    const { time, auth, simulator } = await startGitHub()
    let reads = 0
    const key = pemKey(() => {
      reads++
      return simulator.app.privateKey
    })
    const github = auth({ key: time.trackKey(key) })
    for (let minute = 0; minute < 8; minute++) {
      await time.settle(github.app.fetch('/app'))
      await time.settle(github.installation({ owner: 'acme', permissions: { issues: 'read' } }).token())
      await time.pass(59_999)
    }
    expect([simulator.jwts, reads]).toEqual([1, 1])
  })

  // auth-app#336, #711: createJwt is not reachable from App, and is called for every mint.
  it('can be signed by a KMS through the main entry, once for all mints', async () => {
    const { time, auth, simulator } = await startGitHub()
    const inner = pemKey(simulator.app.privateKey)
    let signatures = 0
    const kms = {
      sign: (input: Uint8Array) => {
        signatures++
        return inner.sign(input)
      },
    }
    const github = auth({ key: time.trackKey(kms) })
    for (const issues of ['read', 'write'] as const)
      await time.settle(github.installation({ owner: 'acme', permissions: { issues } }).token())
    expect([simulator.mints, signatures]).toEqual([2, 1])
  })

  // "Diff is not remembered: 2 app calls with 300 s skew = 4 HTTP requests"; none at all for a standalone auth().
  it('follow the clock of GitHub after one refusal, for tokens that are asked for directly as well', async () => {
    const { time, auth, simulator } = await startGitHub()
    simulator.advance(-900_000)
    const github = auth()
    await time.settle(github.installation({ installationId: 7 }).token())
    for (let call = 0; call < 2; call++) await time.settle(github.app.fetch('/app'))
    expect(simulator.count()).toBe(4)
  })

  // Probot: Number.parseInt('Iv23liABC') is NaN.
  it('are issued by a client ID as it is', async () => {
    const { time, auth, simulator } = await startGitHub({ app: { clientId: 'Iv23liABC' } })
    expect((await time.settle(auth({ appId: 'Iv23liABC' }).app.fetch('/app'))).status).toBe(200)
    expect(simulator.count({ status: 401 })).toBe(0)
  })

  // §1a: quoted, base64 and one-line keys failed with "Invalid character" or "Invalid keyData".
  it('are signed by a key that an environment variable mangled', async () => {
    const { time, auth, simulator } = await startGitHub()
    const { privateKey } = simulator.app
    for (const text of [
      `"${privateKey}"`,
      Buffer.from(privateKey).toString('base64'),
      privateKey.replaceAll('\n', ''),
    ]) {
      const { app } = auth({ key: time.trackKey(pemKey(text)) })
      expect((await time.settle(app.fetch('/app'))).status).toBe(200)
    }
  })
})
