import { inspect } from 'node:util'
import { listen } from '@hubauth/testing'
import { describe, expect, it, onTestFinished } from 'vitest'
import {
  type VaultClient,
  VaultError,
  vaultAppRole,
  vaultClient,
  vaultSecret,
  vaultToken,
} from '../src/index.ts'
import { appRoleClient, expectAllHidden, failure, PATH, startVault } from './start-vault.ts'

const word = (client: VaultClient, timeoutMs?: number) =>
  vaultSecret({ client, path: PATH, timeoutMs }).field('word').read()

async function vaultWithWord(options: Parameters<typeof startVault>[0] = {}) {
  const vault = await startVault(options)
  vault.keyValue.put(PATH, { word: 'hello' })
  return vault
}

describe('a client of Vault', () => {
  it('says who it is, and in which namespace', async () => {
    const vault = await vaultWithWord({ namespace: 'admin/team' })
    expect(await word(appRoleClient(vault, { namespace: 'admin/team' }))).toBe('hello')
    for (const { headers } of vault.requests)
      expect(headers).toMatchObject({ 'x-vault-request': 'true', 'x-vault-namespace': 'admin/team' })
    expect((await failure(word(appRoleClient(vault)))).code).toBe('STORE_ACCESS_DENIED')
  })

  it('reads and writes any path, and gives the whole answer', async () => {
    const vault = await vaultWithWord()
    const client = appRoleClient(vault)
    expect(await client.read('secret/data/github/acme')).toMatchObject({
      data: { data: { word: 'hello' }, metadata: { version: 1 } },
    })
    expect(await client.write('/auth/token/renew-self', {})).toMatchObject({ auth: { renewable: true } })
    const refused = await client.read('sys/mounts').catch((error: unknown) => error)
    expect(refused).toBeInstanceOf(VaultError)
    expect(refused).toMatchObject({ code: 'HTTP_403', statusCode: 403 })
  })

  it('rejects with the reason of the signal that ends a call', async () => {
    const vault = await vaultWithWord()
    const client = vaultClient({ address: vault.url, login: vaultToken('t') })
    const reason = new Error('enough')
    await expect(client.read('a', { signal: AbortSignal.abort(reason) })).rejects.toBe(reason)
    expect(vault.calls).toEqual([])
    const stop = new AbortController()
    const stopping = await listen(() => stop.abort(reason))
    onTestFinished(() => stopping.close())
    const other = vaultClient({ address: stopping.url, login: vaultToken('t') })
    await expect(other.read('a', { signal: stop.signal })).rejects.toBe(reason)
  })

  it('shows neither tokens nor secret IDs when it is printed', async () => {
    const vault = await vaultWithWord()
    const { roleId, secretId } = vault.createAppRole({ policies: ['github'], ttl: 3_600 })
    const client = vaultClient({ address: vault.url, login: vaultAppRole({ roleId, secretId }) })
    const secret = vaultSecret({ client, path: PATH })
    await secret.field('word').read()
    const token = String(vault.requests.at(-1)?.headers['x-vault-token'])
    expect(token).toMatch(/^hvs\./)
    for (const value of [client, secret, secret.field('word'), vaultAppRole({ roleId, secretId })])
      expectAllHidden([token, roleId, secretId, 'hello'], value)
    expectAllHidden([token], vaultToken(token))
  })

  it('sends the token to no other address, and names the one it was sent to', async () => {
    const vault = await vaultWithWord()
    const heard: string[] = []
    const other = await listen((request, response) => {
      heard.push(request.url ?? '')
      response.end()
    })
    onTestFinished(() => other.close())
    vault.redirect = other.url
    const error = await failure(word(appRoleClient(vault)))
    expect(error).toMatchObject({
      code: 'STORE_UNAVAILABLE',
      details: { store: 'Vault', secretId: 'secret/github/acme' },
    })
    expect(error.message).toContain(new URL(other.url).host)
    expect(error.message).toContain('active node')
    expect(heard).toEqual([])
  })

  it('does not repeat what an error of a proxy quotes', async () => {
    const quoted = ['hvs.CAESIJ5t3zWn8jxQ2xOhVYk1', '6f1b2f9e-0d3c-4a55-9a77-2d1c9d6f4e11']
    const proxy = await listen((_request, response) => {
      response.writeHead(403).end(JSON.stringify({ errors: [`no entry for ${quoted.join(' and ')}`] }))
    })
    onTestFinished(() => proxy.close())
    const client = vaultClient({ address: proxy.url, login: vaultToken('t') })
    const error = await failure(word(client), quoted)
    expect(inspect(error.cause)).toContain('no entry for [redacted]')
    expect(await client.read('a').catch((reason: unknown) => inspect(reason))).not.toContain('hvs.')
  })

  it('does not repeat its token, however short, when an error quotes the request', async () => {
    const proxy = await listen((request, response) => {
      response.writeHead(403).end(JSON.stringify({ errors: [`sent: ${request.headers['x-vault-token']}`] }))
    })
    onTestFinished(() => proxy.close())
    const client = vaultClient({ address: proxy.url, login: vaultToken('s.short') })
    const error = await failure(word(client), ['s.short'])
    expect(inspect(error.cause)).toContain('sent: [redacted]')
  })

  it('has the code of the system in its error when nobody listens', async () => {
    const gone = await listen(() => undefined)
    await gone.close()
    const client = vaultClient({ address: gone.url, login: vaultToken('t') })
    expect((await failure(word(client))).message).toContain('(ECONNREFUSED)')
  })

  it('takes an answer of another shape for no secret', async () => {
    const odd = await listen((_request, response) => response.end('{"data":{"word":"hello"}}'))
    onTestFinished(() => odd.close())
    const error = await failure(word(vaultClient({ address: odd.url, login: vaultToken('t') })), ['hello'])
    expect(error.code).toBe('STORE_UNAVAILABLE')
  })

  it.each([
    ['', 'address: expected the root'],
    ['vault.example:8200', 'address: expected the root'],
    ['ftp://vault.example', 'address: expected the root'],
    ['https://user:word@vault.example', 'without credentials'],
    ['https://vault.example/v1', 'without /v1'],
    ['https://vault.example?x=1', 'without credentials, query'],
    ['http://vault.example:8200', 'http: would send tokens to vault.example:8200 in the clear'],
  ])('refuses the address %j', (address, message) => {
    expect(() => vaultClient({ address, login: vaultToken('t') })).toThrow(message)
  })

  it('takes http: to this machine, and elsewhere when it is told to', () => {
    const login = vaultToken('t')
    for (const address of ['http://localhost:8200/', 'http://127.0.0.1:8200', 'http://[::1]:8200'])
      expect(() => vaultClient({ address, login })).not.toThrow()
    expect(() => vaultClient({ address: 'http://vault:8200', login, allowHttp: true })).not.toThrow()
  })

  it('refuses what is no login and no namespace', () => {
    const address = 'https://vault.example'
    expect(() => vaultClient({ address, login: 'hvs.token' as never })).toThrow(/^login: expected vaultToken/)
    expect(() => vaultClient({ address, login: vaultToken('t'), namespace: 'a\nb' })).toThrow(/^namespace:/)
  })
})
