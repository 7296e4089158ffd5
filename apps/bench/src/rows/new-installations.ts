import { createPrivateKey } from 'node:crypto'
import { createGitHubAuth, pemKey } from '@hubauth/core'
import { mint, signJwt } from '../limit/hand-written.ts'
import { type Comparison, compare } from '../measure/comparison.ts'
import { type Candidate, interleave } from '../measure/interleave.ts'
import { authApp } from '../stubs/auth-app.ts'
import { type TokenStub, withTokenStub } from '../stubs/token-stub.ts'
import type { Row, RowContext } from './row.ts'

const INSTALLATIONS = 1_000
const OURS = 'createGitHubAuth'

/** Mints for many installations at the same moment, as after a restart. */
export const newInstallations: Row = {
  name: 'new-installations',
  title: '1,000 new installations at once',
  limit: 'bare fetch with one JWT, against a stub in its own process',
  measure: (context) => withTokenStub((stub) => measureAll(context, stub)),
}

async function measureAll({ privateKey, isQuick }: RowContext, stub: TokenStub): Promise<Comparison[]> {
  const key = createPrivateKey(privateKey)
  const baseUrl = stub.url
  const ids = Array.from({ length: INSTALLATIONS }, (_, index) => index + 1)
  const candidates = [
    candidate(stub, { name: 'bare fetch', role: 'limit' }, () => {
      const jwt = signJwt(key, 1)
      return Promise.all(ids.map((id) => mint(baseUrl, jwt, id)))
    }),
    candidate(stub, { name: OURS, role: 'hubauth' }, () => {
      const auth = createGitHubAuth({ appId: 1, key: pemKey(privateKey), baseUrl })
      return Promise.all(ids.map((installationId) => auth.installation({ installationId }).token()))
    }),
    candidate(stub, { name: '@octokit/auth-app, PKCS#1 key', role: 'peer' }, () => {
      const auth = authApp({ baseUrl, privateKey })
      return Promise.all(ids.map((installationId) => auth({ type: 'installation', installationId })))
    }),
  ]
  // The first use of fetch, and code that is not compiled yet, would hit whoever comes first.
  for (const { sample } of candidates) await sample()
  const samples = await interleave(candidates, isQuick ? 3 : 9)
  return [
    compare(samples, {
      what: 'until all are there',
      unit: 'ms',
      metric: 'ms',
      target: { of: OURS, by: 'ratio', atMost: 1.25 },
    }),
    compare(samples, { what: 'CPU of the client', unit: 'ms', metric: 'cpu' }),
    compare(samples, {
      what: 'different JWTs seen (JWTs without jti are equal within a second)',
      unit: 'JWTs',
      metric: 'jwts',
      target: { of: OURS, by: 'value', atMost: 1, atLeast: 1 },
    }),
  ]
}

function candidate(
  stub: TokenStub,
  { name, role }: Pick<Candidate, 'name' | 'role'>,
  work: () => Promise<unknown[]>,
): Candidate {
  return {
    name,
    role,
    async sample() {
      const cpu = process.cpuUsage()
      const start = performance.now()
      await work()
      const ms = performance.now() - start
      const { user, system } = process.cpuUsage(cpu)
      const { posts, jwts } = await stub.seen()
      if (posts !== INSTALLATIONS) throw new Error(`${name}: the stub saw ${posts} mints.`)
      return { ms, cpu: (user + system) / 1_000, jwts }
    },
  }
}
