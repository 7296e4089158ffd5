import type { VaultStores } from '@hubauth/stores/vault'
import { listen, type ManualClock, manualClock } from '@hubauth/testing'
import { describe, expect, it, onTestFinished } from 'vitest'
import { type VaultClient, vaultAppRole, vaultClient, vaultSecret } from '../src/index.ts'
import { failure, PATH, startVault } from './start-vault.ts'

const HOUR_MS = 3_600_000
const LOGIN = 'POST /v1/auth/approle/login'
const RENEW = 'POST /v1/auth/token/renew-self'
const READ = 'GET /v1/secret/data/github/acme'

interface Session {
  readonly vault: VaultStores
  readonly clock: ManualClock
  readonly client: VaultClient
  readonly role: ReturnType<VaultStores['createAppRole']>
  read(): Promise<string>
  /** The calls since it was last asked. */
  news(): readonly string[]
}

function deferred() {
  let resolve = (): void => undefined
  const promise = new Promise<void>((settle) => {
    resolve = () => settle()
  })
  return { promise, resolve: () => resolve() }
}

/** A client with tokens that live for an hour, by a clock that Vault shares. */
async function session(token: { maxTtl?: number; renewable?: boolean } = {}, uses = 0): Promise<Session> {
  const clock = manualClock()
  const vault = await startVault({ now: () => clock.now() })
  vault.keyValue.put(PATH, { word: 'hello' })
  const role = vault.createAppRole({ policies: ['github'], ttl: 3_600, ...token }, uses)
  const client = vaultClient({ address: vault.url, login: vaultAppRole(role), clock })
  let seen = 0
  const news = () => {
    const calls = vault.calls.slice(seen)
    seen += calls.length
    return calls
  }
  return {
    vault,
    clock,
    client,
    role,
    read: () => vaultSecret({ client, path: PATH }).field('word').read(),
    news,
  }
}

describe('the token of a client', () => {
  it('is fetched once for all who need it at the same time', async () => {
    const { vault, client } = await session()
    for (const path of ['a', 'b', 'c']) vault.keyValue.put(`github/${path}`, { word: path })
    const secrets = ['a', 'b', 'c'].map((path) =>
      vaultSecret({ client, path: `github/${path}` }).field('word'),
    )
    expect(await Promise.all(secrets.map((secret) => secret.read()))).toEqual(['a', 'b', 'c'])
    expect(vault.calls.filter((call) => call === LOGIN)).toHaveLength(1)
  })

  it('is kept, and renewed when two thirds of its lease are over', async () => {
    const { clock, read, news } = await session()
    await read()
    await clock.advance(HOUR_MS * 0.6)
    await read()
    expect(news()).toEqual([LOGIN, READ, READ])
    await clock.advance(HOUR_MS * 0.1)
    await read()
    await clock.advance(HOUR_MS * 0.6)
    await read()
    expect(news()).toEqual([RENEW, READ, READ])
  })

  it('is renewed again and again, so that a secret ID is good for one login', async () => {
    const { clock, read, news } = await session({}, 1)
    await read()
    news()
    for (let times = 0; times < 5; times++) {
      await clock.advance(HOUR_MS * 0.7)
      expect(await read()).toBe('hello')
      expect(news()).toEqual([RENEW, READ])
    }
  })

  it('is replaced when it cannot be renewed', async () => {
    const { clock, read, news } = await session({ renewable: false })
    await read()
    await clock.advance(HOUR_MS * 0.7)
    await read()
    expect(news()).toEqual([LOGIN, READ, LOGIN, READ])
  })

  it('is replaced at once when Vault refuses to renew it', async () => {
    const { vault, clock, read, news } = await session()
    await read()
    await clock.advance(HOUR_MS * 0.7)
    vault.revokeTokens()
    expect(await read()).toBe('hello')
    expect(news()).toEqual([LOGIN, READ, RENEW, LOGIN, READ])
  })

  it('is replaced when its lease gets short, and not renewed over and over until its end', async () => {
    const { clock, read, news } = await session({ maxTtl: 4_500 })
    await read()
    await clock.advance(HOUR_MS * 0.9)
    await read()
    expect(news()).toEqual([LOGIN, READ, RENEW, READ])
    await clock.advance(HOUR_MS * 0.25)
    await read()
    await clock.advance(HOUR_MS * 0.6)
    await read()
    expect(news()).toEqual([LOGIN, READ, READ])
  })

  it('is used to its end when nobody can log in any more', async () => {
    const { clock, read, role, news } = await session({ renewable: false })
    await read()
    role.revokeSecretId(role.secretId)
    await clock.advance(HOUR_MS * 0.9)
    expect(await read()).toBe('hello')
    await clock.advance(HOUR_MS)
    expect((await failure(read(), [role.secretId])).message).toContain('LOGIN_REFUSED')
    expect(news()).toEqual([LOGIN, READ, LOGIN, READ, LOGIN])
  })

  it('is used when its renewal hangs: it is good still', async () => {
    const { vault, clock, role } = await session()
    const asked = deferred()
    const hanging: typeof fetch = (input, init) => {
      if (!String(input).includes('renew-self')) return fetch(input, init)
      asked.resolve()
      return new Promise((_, reject) => {
        init?.signal?.addEventListener('abort', () => reject(init.signal?.reason))
      })
    }
    const client = vaultClient({ address: vault.url, login: vaultAppRole(role), clock, fetch: hanging })
    const secret = vaultSecret({ client, path: PATH }).field('word')
    await secret.read()
    await clock.advance(HOUR_MS * 0.7)
    const read = secret.read()
    await asked.promise
    await clock.advance(2_000)
    expect(await read).toBe('hello')
  })

  it('is replaced when it has ended while nobody asked', async () => {
    const { clock, read, news } = await session()
    await read()
    await clock.advance(HOUR_MS * 9)
    expect(await read()).toBe('hello')
    expect(news()).toEqual([LOGIN, READ, LOGIN, READ])
  })

  it('is replaced when it was revoked, and the call is repeated once', async () => {
    const { vault, read, news } = await session()
    await read()
    vault.revokeTokens()
    expect(await read()).toBe('hello')
    expect(news()).toEqual([LOGIN, READ, READ, LOGIN, READ])
  })

  it('is replaced once for all whose calls were refused', async () => {
    const { vault, client, read } = await session()
    for (const path of ['a', 'b', 'c']) vault.keyValue.put(`github/${path}`, { word: path })
    await read()
    vault.revokeTokens()
    const secrets = ['a', 'b', 'c'].map((path) =>
      vaultSecret({ client, path: `github/${path}` }).field('word'),
    )
    expect(await Promise.all(secrets.map((secret) => secret.read()))).toEqual(['a', 'b', 'c'])
    expect(vault.calls.filter((call) => call === LOGIN)).toHaveLength(2)
  })

  it('is not to blame when a new one is refused as well, and no more are fetched for a while', async () => {
    const { vault, clock, read, news } = await session()
    await read()
    vault.writePolicy('github', {})
    expect((await failure(read())).code).toBe('STORE_ACCESS_DENIED')
    expect(news()).toEqual([LOGIN, READ, READ, LOGIN, READ])
    expect((await failure(read())).code).toBe('STORE_ACCESS_DENIED')
    expect(news()).toEqual([READ])
    await clock.advance(10_000)
    expect((await failure(read())).code).toBe('STORE_ACCESS_DENIED')
    expect(news()).toEqual([READ, LOGIN, READ])
  })

  it('is kept when a call was refused and nobody can log in any more', async () => {
    const { vault, client, read, role } = await session()
    vault.keyValue.put('other', { word: 'no' })
    await read()
    role.revokeSecretId(role.secretId)
    const other = vaultSecret({ client, path: 'other' }).field('word')
    expect((await failure(other.read())).message).toContain('LOGIN_REFUSED')
    expect(await read()).toBe('hello')
  })
})

describe('a login that Vault does not answer', () => {
  it('is given up with the last who waits for it, so that the next one logs in anew', async () => {
    const { vault, client, news } = await session()
    vault.fault = 'silent'
    const stop = new AbortController()
    const given = client.read('secret/data/github/acme', { signal: stop.signal })
    const reason = new Error('enough')
    stop.abort(reason)
    await expect(given).rejects.toBe(reason)
    vault.fault = undefined
    await client.read('secret/data/github/acme')
    expect(news().slice(-2)).toEqual([LOGIN, READ])
  })

  it('ends its connection with the last who waits for it', async () => {
    const heard = deferred()
    const ended = deferred()
    const silent = await listen((request) => {
      request.socket.once('close', ended.resolve)
      heard.resolve()
    })
    onTestFinished(() => silent.close())
    const client = vaultClient({
      address: silent.url,
      login: vaultAppRole({ roleId: 'role', secretId: 'secret' }),
    })
    const stop = new AbortController()
    const given = client.read('secret/data/github/acme', { signal: stop.signal })
    await heard.promise
    stop.abort(new Error('enough'))
    await expect(given).rejects.toThrow('enough')
    expect(await ended.promise).toBeUndefined()
  })

  it('goes on for the others when one of them gives up', async () => {
    const { client, news } = await session()
    const stop = new AbortController()
    const one = client.read('secret/data/github/acme', { signal: stop.signal })
    const other = client.read('secret/data/github/acme')
    stop.abort(new Error('enough'))
    await expect(one).rejects.toThrow('enough')
    expect(await other).toMatchObject({ data: { data: { word: 'hello' } } })
    expect(news()).toEqual([LOGIN, READ])
  })
})
