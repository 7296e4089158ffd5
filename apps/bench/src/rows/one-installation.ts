import { createPrivateKey } from 'node:crypto'
import { createGitHubAuth, pemKey } from '@hubauth/core'
import { mint, signJwt } from '../limit/hand-written.ts'
import type { Comparison } from '../measure/comparison.ts'
import { type Candidate, interleave, type Role } from '../measure/interleave.ts'
import { authApp } from '../stubs/auth-app.ts'
import { type TokenStub, withTokenStub } from '../stubs/token-stub.ts'
import { compareOneMint } from './compare-one-mint.ts'
import type { Row, RowContext } from './row.ts'

const CALLERS = 1_000
const OURS = 'createGitHubAuth'

/** Everybody wants the same token, and nobody has it yet. */
export const oneInstallation: Row = {
  name: 'one-installation',
  title: '1,000 callers, one installation',
  limit: 'the promise of one bare fetch, awaited by all',
  measure: (context) => withTokenStub((stub) => measureAll(context, stub)),
}

async function measureAll({ privateKey, isQuick }: RowContext, stub: TokenStub): Promise<Comparison[]> {
  const key = createPrivateKey(privateKey)
  const baseUrl = stub.url
  const candidates = [
    candidate(stub, 'limit', 'one fetch', () => {
      const minted = mint(baseUrl, signJwt(key, 1), 1)
      return () => minted
    }),
    candidate(stub, 'hubauth', OURS, () => {
      const auth = createGitHubAuth({ appId: 1, key: pemKey(privateKey), baseUrl })
      return () => auth.installation({ installationId: 1 }).token()
    }),
    candidate(stub, 'peer', '@octokit/auth-app, PKCS#1 key', () => {
      const auth = authApp({ baseUrl, privateKey })
      return () => auth({ type: 'installation', installationId: 1 })
    }),
  ]
  for (const { sample } of candidates) await sample()
  const samples = await interleave(candidates, isQuick ? 5 : 15)
  return compareOneMint(samples, OURS)
}

/** @param begin Makes what each caller calls. */
function candidate(
  stub: TokenStub,
  role: Role,
  name: string,
  begin: () => () => Promise<unknown>,
): Candidate {
  return {
    name,
    role,
    async sample() {
      const start = performance.now()
      const call = begin()
      await Promise.all(Array.from({ length: CALLERS }, () => call()))
      const ms = performance.now() - start
      return { ms, posts: (await stub.seen()).posts }
    },
  }
}
