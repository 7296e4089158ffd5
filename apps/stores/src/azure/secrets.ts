import { notFound, VaultRefusal } from './answers.ts'
import { attributesOf, Versions } from './versions.ts'

/** Which version of which entry is asked for, at which vault. */
export interface Target {
  readonly origin: string
  readonly name: string
  /** Empty for the latest. */
  readonly version: string
}

/** The secrets of the vault. */
export class Secrets extends Versions<string> {
  /** https://learn.microsoft.com/rest/api/keyvault/secrets/get-secret/get-secret; dates do not keep anybody from reading. */
  read({ origin, name, version }: Target): object {
    const found = this.get(name, version)
    if (found === undefined) throw notFound('secret', version === '' ? name : `${name}/${version}`)
    if (found.state.enabled === false) {
      const message = 'Operation get is not allowed on a disabled secret.'
      throw new VaultRefusal(403, 'Forbidden', message, 'SecretDisabled')
    }
    return {
      value: found.value,
      contentType: 'text/plain',
      id: `${origin}/secrets/${name}/${found.id}`,
      attributes: attributesOf(found),
      tags: {},
    }
  }
}
