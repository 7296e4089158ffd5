import { generateKeyPairSync } from 'node:crypto'
import { createGitHubAuth, pemKey } from '@hubauth/core'
import { cachedToken, type KeptToken, keptToken } from '../limit/hand-written.ts'
import { authApp } from '../stubs/auth-app.ts'
import { mintingFetch, type TokenLength, tokenAnswer } from '../stubs/token-answer.ts'
import { serveParent } from './parent.ts'

const INSTALLATIONS = 100_000
const AT_ONCE = 100

/** What is filled: asks for the token of an installation, and how many were minted so far. */
interface Filled {
  token(installationId: number): Promise<unknown>
  mints(): number
}

const fillers: Readonly<Record<string, (length: TokenLength) => Filled>> = {
  map(length) {
    const tokens = new Map<number, KeptToken>()
    let mints = 0
    const mintOne = async () => {
      mints++
      return keptToken(tokenAnswer(length))
    }
    return { token: (id) => cachedToken(tokens, id, mintOne), mints: () => mints }
  },
  hubauth(length) {
    const { privateKey } = generateKeyPairSync('rsa', {
      modulusLength: 2048,
      privateKeyEncoding: { type: 'pkcs1', format: 'pem' },
      publicKeyEncoding: { type: 'spki', format: 'pem' },
    })
    const stub = mintingFetch(length)
    const auth = createGitHubAuth({ appId: 1, key: pemKey(privateKey), fetch: stub.fetch })
    return {
      token: (installationId) => auth.installation({ installationId }).token(),
      mints: () => stub.mints,
    }
  },
  'auth-app'(length) {
    const stub = mintingFetch(length)
    const auth = authApp({ fetch: stub.fetch })
    return {
      token: (installationId) => auth({ type: 'installation', installationId }),
      mints: () => stub.mints,
    }
  },
}

async function heapBytes(): Promise<number> {
  // Timers and finalizers of the last mints are gone a few turns later.
  for (let turn = 0; turn < 4; turn++) {
    await new Promise((resolve) => setImmediate(resolve))
    globalThis.gc?.()
  }
  return process.memoryUsage().heapUsed
}

async function pass(filled: Filled, from: number, to: number): Promise<number> {
  const before = filled.mints()
  for (let id = from; id <= to; id += AT_ONCE) {
    await Promise.all(
      Array.from({ length: Math.min(AT_ONCE, to - id + 1) }, (_, at) => filled.token(id + at)),
    )
  }
  return filled.mints() - before
}

const [name = '', length = ''] = process.argv.slice(2)
const fill = fillers[name]
if (fill === undefined) throw new TypeError(`There is no cache named ${JSON.stringify(name)}.`)
const filled = fill(length === '520' ? 520 : 40)
// So that compiled code, the JWT and the sockets' pools are not counted as entries.
await pass(filled, 1, 2_000)
const before = await heapBytes()
await pass(filled, 2_001, INSTALLATIONS)
const bytesPerEntry = ((await heapBytes()) - before) / (INSTALLATIONS - 2_000)
const remints = await pass(filled, 1, INSTALLATIONS)
serveParent({ bytesPerEntry, remints }, () => ({}))
