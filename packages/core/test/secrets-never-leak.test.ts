import { format } from 'node:util'
import { rsaKey, signedDelivery } from '@hubauth/testing'
import { afterEach, describe, expect, it, vi } from 'vitest'
import {
  authenticatedFetch,
  createFetchHandler,
  createGitHubAuth,
  createSignatureVerifier,
  createWebhookReceiver,
  ERRORS,
  HubauthError,
  type HubauthErrorCode,
  keyRing,
  memoryCache,
  memoryClaims,
  pemKey,
  plaintextCache,
  type SignerKeyOptions,
  sealedCache,
  signerKey,
  staticToken,
  storedSecret,
} from '../src/index.ts'
import { PAYLOAD_TEXT, PEM, printed, SEAL_SECRET, TOKEN, Vault, WEBHOOK_SECRET } from './planted-secrets.ts'
import { ELSEWHERE, hostile, PROVOCATIONS } from './provocations.ts'
import { rejection } from './rejection.ts'
import { json, minted } from './scripted-github.ts'

const codes = Object.keys(ERRORS) as HubauthErrorCode[]

/** The codes that stand in what was printed, in errors as well as in answers. */
function codesOf(evidence: readonly unknown[]): unknown[] {
  return evidence.map((one) => {
    if (HubauthError.isInstance(one)) return one.code
    return typeof one === 'object' && one !== null && 'error' in one && Object(one.error).code
  })
}

function stored(secretId: string) {
  return storedSecret({ store: 'A vault', secretId, fetch: () => PEM })
}

function signing(options: Partial<SignerKeyOptions>) {
  const sign = async () => new Uint8Array()
  return signerKey({ store: 'A KMS', keyId: 'app', publicKey: rsaKey().publicPem, sign, ...options })
}

function expectNoSecret(vault: Vault, evidence: readonly unknown[]): void {
  for (const one of evidence) for (const text of printed(one)) expect(vault.foundIn(text)).toEqual([])
}

describe('the search for secrets', () => {
  it('finds every planted one, also a line of it, in whatever prints it', () => {
    const vault = new Vault()
    const jwt = 'eyJhbGciOiJSUzI1NiJ9.eyJpc3MiOiIxMjM0NTY3ODkwIn0.c2lnbmF0dXJlLXNpZ25hdHVyZQ'
    vault.add(jwt)
    const lines = PEM.split('\n')
    for (const secret of [
      PEM,
      lines[3],
      TOKEN,
      jwt,
      jwt.split('.')[2],
      WEBHOOK_SECRET,
      SEAL_SECRET,
      PAYLOAD_TEXT,
    ]) {
      const hidden = Object.defineProperty(new Error('x'), 'hidden', { value: { secret } })
      for (const leak of [
        secret,
        new Error(secret),
        new Error('x', { cause: new Error(secret) }),
        { a: { b: { c: secret } } },
        hidden,
      ])
        expect(printed(leak).some((text) => vault.foundIn(text).length > 0)).toBe(true)
    }
  })
})

describe('no error shows a secret', () => {
  it.each(codes.filter((code) => ELSEWHERE[code] === undefined))('%s', async (code) => {
    const vault = new Vault()
    const evidence = (await PROVOCATIONS[code]?.(vault)) ?? []
    expect(codesOf(evidence)).toContain(code)
    expectNoSecret(vault, evidence)
  })

  it('is proven for every code, but for those that other packages throw', () => {
    for (const code of codes) expect([code, code in PROVOCATIONS]).toEqual([code, !(code in ELSEWHERE)])
  })
})

describe('no wrong option is repeated', () => {
  it.each<[string, () => unknown]>([
    ['a PEM as the key', () => createGitHubAuth({ appId: 1, key: PEM as never })],
    ['a PEM as the App ID', () => createGitHubAuth({ appId: PEM, key: pemKey(PEM) })],
    ['a token as the base URL', () => createGitHubAuth({ appId: 1, key: pemKey(PEM), baseUrl: TOKEN })],
    [
      'a token within the base URL',
      () => createGitHubAuth({ appId: 1, key: pemKey(PEM), baseUrl: `https://x:${TOKEN}@octo.example` }),
    ],
    ['a secret that is too short', () => sealedCache(memoryCache(), SEAL_SECRET.slice(0, 31))],
    ['a list of secrets with an empty one', () => createSignatureVerifier([WEBHOOK_SECRET, ''])],
    [
      'a token as an owner',
      () => createGitHubAuth({ appId: 1, key: pemKey(PEM) }).installation({ owner: `${TOKEN}!` }),
    ],
    ['a key in the place of a function', () => pemKey(Buffer.from(PEM) as never)],
    ['a PEM as the name of a secret', () => stored(PEM)],
    ['a PEM on one line as the name of a secret', () => stored(PEM.replaceAll('\n', ' '))],
    ['the base64 of a key as the name of a secret', () => stored(PEM.replace(/-----.*-----|\n/g, ''))],
    ['a PEM as the name of a field', () => stored('app').field(PEM)],
    ['a PEM as the name of a key', () => signing({ keyId: PEM })],
    ['a PEM in the place of a signer', () => signing({ sign: PEM as never })],
    ['a PEM in the place of a ring', () => keyRing(PEM as never)],
  ])('%s', async (_, work) => {
    const error = await rejection(Promise.resolve().then(work))
    expect(error).toBeInstanceOf(TypeError)
    expectNoSecret(new Vault(), [error])
  })
})

describe('no object shows a secret, after it was used', () => {
  it('of an app', async () => {
    const vault = new Vault()
    const { time, auth } = hostile(vault, (authorization, isMint) =>
      isMint ? minted(TOKEN, Date.now() + 86_400_000) : json({ message: authorization }),
    )
    const secret = stored('app')
    const key = keyRing(pemKey(secret), pemKey(PEM))
    const cache = memoryCache()
    const github = auth({ key: time.trackKey(key), cache })
    const acme = github.installation({ installationId: 7, owner: 'acme' })
    const token = await time.settle(acme.token())
    const jwt = await github.app.token()
    vault.add(jwt.value)
    await time.settle(acme.fetch('/repos'))
    expect(token.value).toBe(TOKEN)
    const provider = staticToken(TOKEN)
    expectNoSecret(vault, [
      github,
      github.app,
      github.app.fetch,
      acme,
      acme.tokens,
      token,
      { token, list: [token] },
      jwt,
      key,
      secret,
      pemKey(secret),
      signing({}),
      cache,
      plaintextCache(cache),
      sealedCache(cache, SEAL_SECRET),
      provider,
      await provider.getToken(),
      authenticatedFetch(provider),
      createGitHubAuth({ organizations: { acme: { appId: 1, key } } }),
    ])
  })

  it('of a receiver', async () => {
    const vault = new Vault()
    const claims = memoryClaims()
    const secret = storedSecret({ store: 'A vault', secretId: 'hook', fetch: () => WEBHOOK_SECRET })
    const receiver = createWebhookReceiver({ secrets: ['another', secret], claims })
    const handle = createFetchHandler(receiver)
    const deliveries: unknown[] = []
    receiver.on('issues', (delivery) => deliveries.push(delivery))
    const delivery = signedDelivery({ secret: WEBHOOK_SECRET, payload: { planted: PAYLOAD_TEXT } })
    vault.add(delivery.headers['x-hub-signature-256'] ?? '')
    expect((await handle(new Request('https://octo.example', delivery))).status).toBe(200)
    expect(deliveries).toHaveLength(1)
    expectNoSecret(vault, [receiver, handle, claims, createSignatureVerifier(WEBHOOK_SECRET), ...deliveries])
  })
})

describe('what is printed when nobody listens', () => {
  const lines: string[] = []
  const listen = () =>
    vi.spyOn(console, 'error').mockImplementation((...parts) => void lines.push(format(...parts)))
  afterEach(() => {
    vi.restoreAllMocks()
    lines.length = 0
  })

  it('shows no secret when a cache fails, and is printed once for an outage', async () => {
    listen()
    const vault = new Vault()
    const { time, auth } = hostile(vault, () => minted(TOKEN, Date.now() + 86_400_000))
    const fail = (...args: readonly unknown[]) =>
      Promise.reject(Object.assign(new Error(args.join(' ')), { command: { args } }))
    const cache = { protection: 'plaintext', get: fail, set: fail, delete: fail } as const
    const github = auth({ cache })
    for (const installationId of [1, 2, 3]) await time.settle(github.installation({ installationId }).token())
    expect(lines).toHaveLength(1)
    expect(lines[0]).toContain('CACHE_FAILED')
    expect(lines.flatMap((line) => vault.foundIn(line))).toEqual([])
    await time.pass(60_000)
    await time.settle(github.installation({ installationId: 4 }).token())
    expect(lines).toHaveLength(1)
  })

  it('shows no secret and no payload when a receiver answers with an error', async () => {
    listen()
    const vault = new Vault()
    const receiver = createWebhookReceiver({
      secrets: WEBHOOK_SECRET,
      claims: { claim: (key) => Promise.reject(new Error(`cannot claim ${key}`)) },
    })
    receiver.on('issues', () => undefined)
    const handle = createFetchHandler(receiver)
    const delivery = signedDelivery({ secret: WEBHOOK_SECRET, payload: { planted: PAYLOAD_TEXT } })
    vault.add(delivery.headers['x-hub-signature-256'] ?? '')
    vault.add(delivery.headers['x-hub-signature-256']?.slice('sha256='.length) ?? '')
    await handle(new Request('https://octo.example', delivery))
    const consumed = new Request('https://octo.example', delivery)
    await consumed.text()
    await handle(consumed)
    expect(lines).toHaveLength(2)
    expect(lines.flatMap((line) => vault.foundIn(line))).toEqual([])
  })
})
