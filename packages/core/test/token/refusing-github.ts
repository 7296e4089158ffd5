import { type KeySource, pemKey, type SignOptions } from '../../src/index.ts'
import { type KeyLabel, pemOf, signerOfJwt } from '../key/signers.ts'
import { json, scriptedGitHub } from '../scripted-github.ts'

/** A key source that signs with the next of its keys whenever it is asked for a fresh one, and begins again after the last. */
export function cycling(...labels: readonly KeyLabel[]) {
  const asked: SignOptions[] = []
  const sources = labels.map((label) => pemKey(pemOf(label)))
  let at = 0
  const key: KeySource = {
    async sign(input, options = {}) {
      asked.push(options)
      if (options.fresh) at++
      const source = sources[at % sources.length]
      return source ? source.sign(input) : new Uint8Array()
    },
  }
  return { key, asked, freshly: () => asked.filter(({ fresh }) => fresh).length }
}

/** An app that signs with `key`, and a GitHub that accepts what is signed by one of `accepted`. */
export function appWith(key: KeySource, ...accepted: readonly KeyLabel[]) {
  const known = new Set<KeyLabel>(accepted)
  const refused: string[] = []
  const github = scriptedGitHub(({ headers }) => {
    const jwt = headers.get('authorization') ?? ''
    if (known.has(signer(jwt))) return undefined
    refused.push(jwt)
    return json({ message: 'A JSON web token could not be decoded' }, { status: 401 })
  })
  const authentication = github.auth({ key: github.time.trackKey(key) })
  return { ...github, github: authentication, app: authentication.app, known, refused }
}

export function signer(jwt: string): KeyLabel {
  try {
    return signerOfJwt(jwt)
  } catch {
    return 'four'
  }
}

export function inputOf(jwt: string): string {
  return jwt.slice(0, jwt.lastIndexOf('.'))
}
