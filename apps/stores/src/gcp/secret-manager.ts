import { checksum } from './checksum.ts'
import { GoogleError } from './google-error.ts'

/** The state of a secret version (https://cloud.google.com/secret-manager/docs/reference/rest/v1/projects.secrets.versions#state). */
export type SecretVersionState = 'ENABLED' | 'DISABLED' | 'DESTROYED'

interface SecretVersion {
  readonly payload: Buffer
  state: SecretVersionState
}

interface Secret {
  readonly versions: SecretVersion[]
  readonly aliases: Map<string, number>
}

const ACCESS = /^(projects\/[^/]+(?:\/locations\/[^/]+)?\/secrets\/[^/]+)\/versions\/([^/:]+)$/

/** Secret Manager's state: secrets by their resource names, each with its versions, which count from 1. */
export class SecretManager {
  readonly #secrets = new Map<string, Secret>()
  /** How many of the next payloads lose a bit on their way. */
  damages = 0

  /** Adds a version, and the secret with the first. Returns the number of the version. */
  addVersion(secret: string, payload: string | Uint8Array): number {
    const known: Secret = this.#secrets.get(secret) ?? { versions: [], aliases: new Map() }
    this.#secrets.set(secret, known)
    return known.versions.push({ payload: Buffer.from(payload), state: 'ENABLED' })
  }

  setAlias(secret: string, alias: string, version: number): void {
    this.#secrets.get(secret)?.aliases.set(alias, version)
  }

  setState(secret: string, version: number, state: SecretVersionState): void {
    const known = this.#secrets.get(secret)?.versions[version - 1]
    if (known === undefined) throw new RangeError(`${secret} has no version ${version}.`)
    known.state = state
  }

  /** Everything that is kept here. */
  get payloads(): readonly Buffer[] {
    return [...this.#secrets.values()].flatMap(({ versions }) => versions.map(({ payload }) => payload))
  }

  /** https://cloud.google.com/secret-manager/docs/reference/rest/v1/projects.secrets.versions/access */
  access(name: string): object {
    const [, parent = '', wanted = ''] = ACCESS.exec(name) ?? []
    const secret = this.#secrets.get(parent)
    if (secret === undefined)
      throw new GoogleError('NOT_FOUND', `Secret [${parent}] not found or has no versions.`)
    const { versions, aliases } = secret
    const number = wanted === 'latest' ? versions.length : (aliases.get(wanted) ?? Number(wanted))
    const version = versions[number - 1]
    if (version === undefined)
      throw new GoogleError('NOT_FOUND', `Secret Version [${parent}/versions/${wanted}] not found.`)
    if (version.state !== 'ENABLED')
      throw new GoogleError(
        'FAILED_PRECONDITION',
        `Secret Version [${parent}/versions/${number}] is in ${version.state} state.`,
      )
    const { payload } = version
    const sent = Buffer.from(payload)
    if (this.damages-- > 0) sent[0] = (sent[0] ?? 0) ^ 1
    return {
      name: `${parent}/versions/${number}`,
      payload: { data: sent.toString('base64'), dataCrc32c: checksum(payload) },
    }
  }
}
