import type { Agent } from 'node:https'
import { badParameter, notAuthorized, throttled, VaultRefusal } from './azure/answers.ts'
import { Keys } from './azure/keys.ts'
import { Secrets, type Target } from './azure/secrets.ts'
import { tlsFront } from './azure/tls-front.ts'
import { Tokens, type VaultCredential } from './azure/tokens.ts'
import { type StoreAnswer, type StoreCall, type StoreServer, startStore } from './store-server.ts'

export type { ImportOptions } from './azure/keys.ts'
export type { VaultCredential } from './azure/tokens.ts'
export type { EntryState } from './azure/versions.ts'

const LOGIN_HOST = 'login.microsoftonline.com'
/** Host names, and the resource that tokens must be for. */
const VAULTS = new Map([
  ['acme.vault.azure.net', 'https://vault.azure.net'],
  ['acme.managedhsm.azure.net', 'https://managedhsm.azure.net'],
])
/** https://learn.microsoft.com/rest/api/keyvault/keys/keyvault-keys-rest-api-versions */
const API_VERSIONS: readonly unknown[] = ['7.4', '7.5', '7.6', '2025-07-01']

/** What an operation was asked to do, by a caller that was let in. */
export interface VaultCall {
  readonly operation: 'get secret' | 'get key' | 'sign'
  readonly name: string
  /** Empty for the latest. */
  readonly version: string
  /** For signatures. */
  readonly alg?: unknown
}

/** A running vault, which is a managed HSM as well, with the login service of its tenant. */
export interface AzureStores extends StoreServer {
  readonly vaultUrl: string
  readonly managedHsmUrl: string
  /** For `SecretClient` and `KeyClient`. Knows two scopes and one tenant. */
  readonly credential: VaultCredential
  /** For `SecretClient` and `KeyClient`: where those hosts are, whom to trust, and no waiting between retries. */
  readonly clientOptions: {
    readonly agent: Agent
    readonly retryOptions: { maxRetries: number; retryDelayInMs: number; maxRetryDelayInMs: number }
  }
  /** For `DefaultAzureCredential`. */
  readonly environment: Readonly<Record<string, string>>
  /** The certificate of all hosts, as PEM. */
  readonly certificate: string
  readonly secrets: Secrets
  readonly keys: Keys
  readonly tokens: Tokens
  /** What was asked for, in order. `calls` also has what was answered with 401. */
  readonly heard: readonly VaultCall[]
  /** Sent with the fault `throttled`. Default 0. */
  retryAfterSeconds: number
}

/** Starts a vault with no entries. `url` and `port` are those of its TLS server. */
export async function startAzureStores(): Promise<AzureStores> {
  const secrets = new Secrets()
  const keys = new Keys()
  const tokens = new Tokens([...VAULTS.values()])
  const heard: VaultCall[] = []
  const vault: Vault = { secrets, keys, tokens, heard }
  const server = await startStore({
    answer: (call) => answer(call, vault, stores),
    // A secret, cut off.
    garbage: () => JSON.stringify({ value: secrets.all().map(({ value }) => value) }).slice(0, -1),
  })
  const { close } = server
  const front = await tlsFront(server.port, [...VAULTS.keys(), LOGIN_HOST])
  const stores = Object.assign(server, {
    ...{ secrets, keys, tokens, heard, retryAfterSeconds: 0 },
    url: `https://127.0.0.1:${front.port}`,
    port: front.port,
    vaultUrl: 'https://acme.vault.azure.net',
    managedHsmUrl: 'https://acme.managedhsm.azure.net',
    credential: tokens.credential,
    clientOptions: {
      agent: front.agent,
      retryOptions: { maxRetries: 1, retryDelayInMs: 1, maxRetryDelayInMs: 1 },
    },
    environment: {
      AZURE_TENANT_ID: tokens.tenantId,
      AZURE_CLIENT_ID: tokens.clientId,
      AZURE_CLIENT_SECRET: tokens.clientSecret,
    },
    certificate: front.certificate,
    close: async () => {
      await Promise.all([front.close(), close()])
    },
  })
  return stores
}

interface Vault extends Pick<AzureStores, 'secrets' | 'keys' | 'tokens'> {
  readonly heard: VaultCall[]
}

function answer(
  call: StoreCall,
  vault: Vault,
  { retryAfterSeconds }: Pick<AzureStores, 'retryAfterSeconds'>,
): StoreAnswer {
  const { hostname } = call.url
  if (hostname === LOGIN_HOST) return vault.tokens.answer(call)
  const resource = VAULTS.get(hostname)
  if (resource === undefined) return { status: 404, body: 'There is no such vault.' }
  const refusal = vault.tokens.refusal(call, resource)
  if (refusal !== undefined) return vault.tokens.challenge(resource, refusal)
  try {
    if (call.fault === 'throttled') return throttled(retryAfterSeconds)
    if (call.fault === 'denied') throw notAuthorized()
    return { body: operate(call, vault) }
  } catch (error) {
    if (error instanceof VaultRefusal) return error.answer
    throw error
  }
}

function operate({ method, url, headers, body }: StoreCall, { secrets, keys, heard }: Vault): object {
  const apiVersion = url.searchParams.get('api-version')
  if (!API_VERSIONS.includes(apiVersion))
    throw badParameter(`The specified version (${apiVersion}) isn't recognized.`)
  const [, collection, name = '', version = '', operation = '', ...more] = url.pathname.split('/')
  const route = `${method} ${collection} ${operation}`.trim()
  if (name === '' || more.length > 0) throw badParameter('The request URI contains an invalid name.')
  const target: Target = { origin: `https://${url.hostname}`, name, version }
  if (route === 'GET secrets') {
    heard.push({ operation: 'get secret', name, version })
    return secrets.read(target)
  }
  if (route === 'GET keys') {
    heard.push({ operation: 'get key', name, version })
    return keys.read(target)
  }
  if (route !== 'POST keys sign') throw badParameter(`Method ${method} does not allow this operation.`)
  if (headers['content-type'] !== 'application/json') throw badParameter('The content type is not JSON.')
  const asked = JSON.parse(body.toString()) as { readonly alg?: unknown; readonly value?: unknown }
  heard.push({ operation: 'sign', name, version, alg: asked.alg })
  return keys.sign(target, asked)
}
