import { clientOf } from '../auth/authenticate.ts'
import { parseCredential } from '../auth/credential.ts'
import type { WebContext } from '../server/web-route.ts'
import type { App } from '../state/entities.ts'
import type { GitHubState } from '../state/github-state.ts'
import { OAuthRefusal } from './oauth-errors.ts'

/** A request to the token endpoint. Parameters come in the body or in the query; the body wins. */
export interface TokenRequest {
  readonly state: GitHubState
  readonly now: number
  /** Undefined for a parameter that is absent or empty. */
  parameter(name: string): string | undefined
  readonly app: App
  /** Whether the client proved to be the app. False when it sent no secret at all. */
  readonly authenticated: boolean
}

/**
 * Reads a request to the token endpoint, with the client's credentials from the parameters or from `Basic`.
 *
 * @throws {OAuthRefusal} for an unknown client, and for a client secret that is not the app's.
 */
export function readTokenRequest({ state, now, form, query, header }: WebContext): TokenRequest {
  const parameter = (name: string): string | undefined => form.get(name) || query.get(name) || undefined
  const credential = parseCredential(header('authorization'))
  const basic =
    credential.kind === 'basic'
      ? { id: decode(credential.username), secret: decode(credential.password) }
      : undefined
  const clientId = parameter('client_id') ?? basic?.id
  const secret = parameter('client_secret') ?? basic?.secret
  const app =
    secret === undefined
      ? state.apps.findByClientId(clientId ?? '')
      : clientOf(state, { username: clientId ?? '', password: secret })
  if (app === undefined) throw new OAuthRefusal('INCORRECT_CLIENT_CREDENTIALS')
  return { state, now, parameter, app, authenticated: secret !== undefined }
}

/** @throws {OAuthRefusal} when the client sent no secret. */
export function requireSecret({ authenticated }: TokenRequest): void {
  if (!authenticated) throw new OAuthRefusal('INCORRECT_CLIENT_CREDENTIALS')
}

// RFC 6749, section 2.3.1: both halves are form-encoded before they become `Basic`.
function decode(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '))
  } catch {
    return text
  }
}
