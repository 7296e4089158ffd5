import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { KeyManagementServiceClient } from '@google-cloud/kms'
import { SecretManagerServiceClient } from '@google-cloud/secret-manager'
import { expectHidden, hubauthError, listen, rsaKey } from '@hubauth/testing'
import { GoogleAuth, OAuth2Client, UserRefreshClient } from 'google-auth-library'
import { afterAll, afterEach, beforeAll, describe, expect, it, onTestFinished, vi } from 'vitest'
import { gcpKmsKey, gcpSecret } from '../src/index.ts'
import { INPUT, KEYS, newName, PARENT, startGcpForAll, type TestGcp } from './start-gcp.ts'

let cloud: TestGcp
let home: string
let secret: string

startGcpForAll((started) => {
  cloud = started
})

beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), 'hubauth-key-gcp-'))
  secret = `${PARENT}/${newName()}`
  cloud.stores.secretManager.addVersion(secret, 'text')
})

afterEach(() => {
  vi.unstubAllEnvs()
  cloud.stores.identities.isRevoked = false
})

afterAll(() => rm(home, { recursive: true }))

/** Options of a client with other credentials, or with none. */
function clientOptions(credentials: object) {
  const { credentials: _, ...options } = cloud.stores.clientOptions
  return { ...options, ...credentials }
}

/** What a developer has who signed in with gcloud. */
function signedIn() {
  const { clientId, clientSecret, refreshToken } = cloud.stores.identities.user
  const authClient = new UserRefreshClient({
    clientId,
    clientSecret,
    refreshToken,
    endpoints: { oauth2TokenUrl: cloud.stores.tokenUrl },
  })
  return { auth: new GoogleAuth({ authClient, projectId: 'hubauth-test' }) }
}

describe('credentials', () => {
  it('of a person are exchanged for a token, which Google Cloud accepts', async () => {
    const client = new SecretManagerServiceClient(clientOptions(signedIn()))
    expect(await gcpSecret({ client, secret }).read()).toBe('text')
    expect(cloud.stores.calls).toContain('POST /token')
  })

  it('that were revoked are STORE_ACCESS_DENIED', async () => {
    cloud.stores.identities.isRevoked = true
    const client = new SecretManagerServiceClient(clientOptions(signedIn()))
    const error = await hubauthError(gcpSecret({ client, secret }).read())
    expect(error).toMatchObject({ code: 'STORE_ACCESS_DENIED', details: { secretId: secret } })
    expect(String(error.cause)).toContain('invalid_grant')
    expect(error.message).not.toContain(cloud.stores.identities.user.refreshToken)
  })

  it('of another service account are STORE_ACCESS_DENIED', async () => {
    const credentials = { ...cloud.stores.clientOptions.credentials, private_key: rsaKey().pkcs8 }
    const client = new SecretManagerServiceClient(clientOptions({ credentials }))
    const error = await hubauthError(gcpSecret({ client, secret }).read())
    expect(error).toMatchObject({ code: 'STORE_ACCESS_DENIED' })
    expect(error.message).toContain('UNAUTHENTICATED')
  })

  it('in a file that is missing are STORE_ACCESS_DENIED', async () => {
    const client = new SecretManagerServiceClient(clientOptions({ keyFilename: join(home, 'missing.json') }))
    const error = await hubauthError(gcpSecret({ client, secret }).read())
    expect(error).toMatchObject({ code: 'STORE_ACCESS_DENIED' })
    expect(String(error.cause)).toContain('missing.json')
  })

  it.each(['over REST', 'over gRPC'])(
    'that are nowhere are STORE_ACCESS_DENIED, each time, and nothing is left unhandled (%s)',
    async (transport) => {
      vi.stubEnv('HOME', home)
      vi.stubEnv('GOOGLE_APPLICATION_CREDENTIALS', '')
      vi.stubEnv('METADATA_SERVER_DETECTION', 'none')
      const fallback = transport === 'over REST'
      const key = gcpKmsKey({
        client: new KeyManagementServiceClient({ fallback }),
        cryptoKeyVersion: `${KEYS}/app/cryptoKeyVersions/1`,
      })
      const stored = gcpSecret({ client: new SecretManagerServiceClient({ fallback }), secret })
      for (const call of [() => key.sign(INPUT), () => stored.read(), () => stored.read()]) {
        const error = await hubauthError(call())
        expect(error).toMatchObject({ code: 'STORE_ACCESS_DENIED' })
        expect(error.message).toContain('(NO_CREDENTIALS)')
        expect(String(error.cause)).toContain('Could not load the default credentials')
      }
    },
  )

  it.each([
    ['as its message', 403, (token: string) => `<html>${token}</html>`],
    ['as its status', 500, (token: string) => JSON.stringify({ error: { status: token, message: token } })],
  ])('are not told when an answer repeats them (%s)', async (_, status, bodyOf) => {
    const token = 'ya29.a0AfH6SMBplanted'
    const echo = await listen((request, response) => {
      const sent = request.headers.authorization?.replace('Bearer ', '') ?? ''
      response.writeHead(status).end(bodyOf(sent))
    })
    onTestFinished(() => echo.close())
    const authClient = new OAuth2Client()
    authClient.setCredentials({ access_token: token, expiry_date: Date.now() + 3_600_000 })
    const port = Number(new URL(echo.url).port)
    const options = clientOptions({ port, auth: new GoogleAuth({ authClient, projectId: 'p' }) })
    const client = new SecretManagerServiceClient(options)
    expectHidden(token, await hubauthError(gcpSecret({ client, secret }).read()))
  })

  it('that come late are found by the same client', async () => {
    const path = join(home, 'late.json')
    vi.stubEnv('GOOGLE_APPLICATION_CREDENTIALS', path)
    const { credentials, ...options } = cloud.stores.clientOptions
    const stored = gcpSecret({ client: new SecretManagerServiceClient(options), secret })
    expect(await hubauthError(stored.read())).toMatchObject({ code: 'STORE_ACCESS_DENIED' })
    await writeFile(path, JSON.stringify({ ...credentials, type: 'service_account' }))
    expect(await stored.read()).toBe('text')
  })
})
