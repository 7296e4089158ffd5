import { readAnswer, refused } from '../github/api-answer.ts'
import type { TokenKeeper } from '../token/cached-tokens.ts'
import type { InstallationToken } from '../token/installation-token.ts'
import type { AuthenticatedFetchContext } from './authenticated-call.ts'
import { createAuthenticatedFetch } from './authenticated-fetch.ts'

/**
 * Revokes the tokens of a handle
 * (https://docs.github.com/rest/apps/installations#revoke-an-installation-access-token).
 *
 * The token is forgotten first, so that nobody is handed it any more, and remembered here until GitHub has revoked it, so
 * that a call that failed can be made again.
 */
export class Revocation {
  readonly #tokens: TokenKeeper<InstallationToken>
  readonly #context: AuthenticatedFetchContext
  #unrevoked: InstallationToken | undefined

  constructor(tokens: TokenKeeper<InstallationToken>, context: AuthenticatedFetchContext) {
    this.#tokens = tokens
    this.#context = context
  }

  /** @throws {HubauthError} `GITHUB_UNAVAILABLE` or `GITHUB_REFUSED` when GitHub did not revoke the token. */
  async revoke(): Promise<void> {
    const token = this.#unrevoked ?? (await this.#tokens.held())
    if (token === undefined) return
    this.#unrevoked = token
    await this.#tokens.forget()
    const fetch = createAuthenticatedFetch({ getToken: async () => token }, this.#context)
    const answer = await readAnswer(await fetch('/installation/token', { method: 'DELETE' }))
    // 401 and 404: it had expired, or was revoked before.
    if (answer.status !== 204 && answer.status !== 401 && answer.status !== 404)
      throw refused(answer, 'Revoking a token')
    this.#unrevoked = undefined
  }
}
