import { createPublicKey, generateKeyPairSync, type KeyObject, randomUUID, verify } from 'node:crypto'
import type { StoreAnswer, StoreCall } from '../store-server.ts'
import { errorInfo, GoogleError } from './google-error.ts'

const SCOPE = 'https://www.googleapis.com/auth/cloud-platform'
const HOUR = 3_600

/** What a client signs in with, in the names of Google's credential files. */
export interface ServiceAccountCredentials {
  readonly client_email: string
  readonly private_key: string
}

/** What `gcloud auth application-default login` leaves for a person. */
export interface UserCredentials {
  readonly clientId: string
  readonly clientSecret: string
  readonly refreshToken: string
}

/** Of every service account here: to make a key takes longer than all the rest. */
let accountKey: KeyObject | undefined

/** Who may call, and how it is proved: self-signed JWTs, and access tokens that were issued here. */
export class Identities {
  readonly serviceAccount: ServiceAccountCredentials
  readonly user: UserCredentials = {
    clientId: '1.apps.googleusercontent.com',
    clientSecret: randomUUID(),
    refreshToken: randomUUID(),
  }
  /** Whether the person's sign-in was revoked. */
  isRevoked = false
  readonly #publicKey: KeyObject
  /** Until when they are valid, in epoch seconds. */
  readonly #tokens = new Map<string, number>()

  constructor(projectId: string) {
    accountKey ??= generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey
    const privateKey = accountKey
    this.#publicKey = createPublicKey(privateKey)
    this.serviceAccount = {
      client_email: `app@${projectId}.iam.gserviceaccount.com`,
      private_key: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    }
  }

  /** An access token that is valid for an hour. */
  issueToken(): string {
    const token = `ya29.${randomUUID()}`
    this.#tokens.set(token, now() + HOUR)
    return token
  }

  /** The token endpoint, for refresh tokens (https://developers.google.com/identity/protocols/oauth2/web-server#offline). */
  exchange({ method, headers, body }: StoreCall): StoreAnswer {
    const form = new URLSearchParams(body.toString())
    const { clientId, clientSecret, refreshToken } = this.user
    const isForm = headers['content-type']?.startsWith('application/x-www-form-urlencoded')
    if (method !== 'POST' || !isForm || form.get('grant_type') !== 'refresh_token')
      return oauthError(400, 'unsupported_grant_type', 'Invalid grant_type')
    if (form.get('client_id') !== clientId || form.get('client_secret') !== clientSecret)
      return oauthError(401, 'invalid_client', 'The OAuth client was not found.')
    if (this.isRevoked || form.get('refresh_token') !== refreshToken)
      return oauthError(400, 'invalid_grant', 'Token has been expired or revoked.')
    return {
      body: { access_token: this.issueToken(), expires_in: HOUR, scope: SCOPE, token_type: 'Bearer' },
    }
  }

  /** @throws {GoogleError} `UNAUTHENTICATED`, unless the call has a token for `service`, such as `cloudkms.googleapis.com`. */
  check({ headers }: StoreCall, service: string): void {
    const [, token] = /^Bearer (\S+)$/.exec(headers.authorization ?? '') ?? []
    const isValid =
      token !== undefined && (now() < (this.#tokens.get(token) ?? 0) || this.#isOwn(token, service))
    if (isValid) return
    const what =
      token === undefined
        ? 'Request is missing required authentication credential.'
        : 'Request had invalid authentication credentials.'
    const reason = token === undefined ? 'CREDENTIALS_MISSING' : 'ACCESS_TOKEN_TYPE_UNSUPPORTED'
    throw new GoogleError(
      'UNAUTHENTICATED',
      `${what} Expected OAuth 2 access token, login cookie or other valid authentication credential.`,
      [errorInfo(reason, service)],
    )
  }

  /** Whether it is a JWT that the service account signed for `service` or for the scope (https://google.aip.dev/auth/4111). */
  #isOwn(token: string, service: string): boolean {
    const [header = '', claims = '', signature = ''] = token.split('.')
    const { iss, sub, aud, scope, iat, exp } = readPart(claims)
    const { client_email: email } = this.serviceAccount
    return (
      readPart(header).alg === 'RS256' &&
      verify(
        'RSA-SHA256',
        Buffer.from(`${header}.${claims}`),
        this.#publicKey,
        Buffer.from(signature, 'base64url'),
      ) &&
      iss === email &&
      sub === email &&
      (aud === undefined
        ? String(scope).split(' ').includes(SCOPE)
        : scope === undefined && aud === `https://${service}/`) &&
      Number(iat) <= now() + 300 &&
      now() < Number(exp) &&
      Number(exp) - Number(iat) <= HOUR
    )
  }
}

function oauthError(status: number, error: string, description: string): StoreAnswer {
  return { status, body: { error, error_description: description } }
}

function readPart(part: string): Readonly<Record<string, unknown>> {
  try {
    return Object(JSON.parse(Buffer.from(part, 'base64url').toString()))
  } catch {
    return {}
  }
}

function now(): number {
  return Math.floor(Date.now() / 1_000)
}
