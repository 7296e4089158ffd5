import { existsSync } from 'node:fs'
import { HubauthError } from '@hubauth/core'
import { describe, expect, it } from 'vitest'
import {
  type VaultClient,
  type VaultLogin,
  vaultAppRole,
  vaultClient,
  vaultKubernetes,
  vaultSecret,
  vaultToken,
} from '../src/index.ts'
import { failure, PATH, startVault } from './start-vault.ts'

const JWT = 'eyJhbGciOiJSUzI1NiJ9.of-the-pod.signature'
const word = (client: VaultClient) => vaultSecret({ client, path: PATH }).field('word').read()

async function vaultWithWord() {
  const vault = await startVault()
  vault.keyValue.put(PATH, { word: 'hello' })
  return { vault, clientOf: (login: VaultLogin) => vaultClient({ address: vault.url, login }) }
}

describe('a login with a token', () => {
  it('needs no call', async () => {
    const { vault, clientOf } = await vaultWithWord()
    const token = vault.createToken({ policies: ['github'] })
    expect(await word(clientOf(vaultToken(` ${token}\n`)))).toBe('hello')
    expect(vault.calls).toHaveLength(1)
  })

  it('calls its function at the first call and again when Vault refused the token', async () => {
    const { vault, clientOf } = await vaultWithWord()
    const tokens = [1, 2].map(() => vault.createToken({ policies: ['github'] }))
    let reads = 0
    const client = clientOf(vaultToken(async () => `${tokens[reads++]}\n`))
    await word(client)
    await word(client)
    expect(reads).toBe(1)
    vault.revokeToken(tokens[0] ?? '')
    expect(await word(client)).toBe('hello')
    expect(reads).toBe(2)
  })

  it('does not use a token again that was just refused', async () => {
    const { vault, clientOf } = await vaultWithWord()
    const client = clientOf(vaultToken('hvs.none'))
    expect((await failure(word(client), ['hvs.none'])).code).toBe('STORE_ACCESS_DENIED')
    expect(vault.calls).toHaveLength(1)
  })

  it('refuses what can be no token, without repeating it', async () => {
    for (const token of ['', 'two words', undefined])
      expect(() => vaultToken(token as string)).toThrow(/^vaultToken\(\): expected a token, or a function/)
    const { vault, clientOf } = await vaultWithWord()
    const error = await failure(word(clientOf(vaultToken(() => 'line\nline'))), ['line\nline'])
    expect(error).toMatchObject({
      code: 'STORE_ACCESS_DENIED',
      message: expect.stringContaining('LOGIN_INVALID'),
    })
    expect(vault.calls).toEqual([])
  })
})

describe('a login with AppRole', () => {
  it('sends role ID and secret ID to its mount', async () => {
    const { vault, clientOf } = await vaultWithWord()
    const { roleId, newSecretId } = vault.createAppRole({ policies: ['github'], ttl: 60 })
    expect(await word(clientOf(vaultAppRole({ roleId, secretId: async () => newSecretId() })))).toBe('hello')
    expect(vault.requests[0]).toMatchObject({ method: 'POST', path: 'auth/approle/login' })
    expect(vault.requests[0]?.data).toEqual({ role_id: roleId, secret_id: expect.any(String) })
    expect(vault.requests[0]?.headers['x-vault-token']).toBeUndefined()
  })

  it('is refused with a wrong secret ID, or where no such auth method is', async () => {
    const { vault, clientOf } = await vaultWithWord()
    const { roleId, secretId } = vault.createAppRole({ policies: ['github'] })
    const wrong = [
      { roleId, secretId: 'c0ffee00-0000-4000-8000-000000000000' },
      { roleId, secretId, mount: 'team/approle' },
    ]
    for (const options of wrong) {
      const error = await failure(word(clientOf(vaultAppRole(options))), [secretId, options.secretId])
      expect(error).toMatchObject({
        code: 'STORE_ACCESS_DENIED',
        details: { store: 'Vault', secretId: 'secret/github/acme', field: 'word' },
        message: expect.stringContaining('(LOGIN_REFUSED)'),
        cause: { message: expect.stringContaining(`The login at auth/${options.mount ?? 'approle'}/login`) },
      })
    }
  })

  it('passes on that Vault is sealed or throttles', async () => {
    const { vault, clientOf } = await vaultWithWord()
    const client = clientOf(vaultAppRole(vault.createAppRole({ policies: ['github'] })))
    vault.fault = 'throttled'
    expect((await failure(word(client))).code).toBe('STORE_THROTTLED')
    vault.fault = undefined
    vault.isSealed = true
    expect((await failure(word(client))).message).toContain('SEALED')
    vault.isSealed = false
    expect(await word(client)).toBe('hello')
  })

  it('passes on why the secret ID could not be fetched', async () => {
    const { clientOf } = await vaultWithWord()
    const details = { store: 'Elsewhere', secretId: 'secret-id' }
    const secretId = () =>
      Promise.reject(new HubauthError('STORE_NOT_FOUND', 'Elsewhere has none.', { details }))
    const error = await failure(word(clientOf(vaultAppRole({ roleId: 'role', secretId }))))
    expect(error).toMatchObject({ code: 'STORE_NOT_FOUND', details })
  })

  it('is not held up by a secret ID that never came, once nobody waits for it', async () => {
    const { vault, clientOf } = await vaultWithWord()
    const { roleId, secretId } = vault.createAppRole({ policies: ['github'] })
    let fetches = 0
    const fetchSecretId = () => {
      fetches += 1
      return fetches === 1 ? new Promise<string>(() => undefined) : secretId
    }
    const client = clientOf(vaultAppRole({ roleId, secretId: fetchSecretId }))
    const secret = vaultSecret({ client, path: PATH, timeoutMs: 20 }).field('word')
    expect((await failure(secret.read())).code).toBe('STORE_TIMEOUT')
    expect(await word(client)).toBe('hello')
  })

  it('refuses options that can never work', () => {
    expect(() => vaultAppRole({ roleId: '', secretId: 's' })).toThrow(/roleId\.$/)
    expect(() => vaultAppRole({ roleId: 'r', secretId: '' })).toThrow(/secretId\.$/)
    expect(() => vaultAppRole({ roleId: 'r', secretId: 's', mount: '..' })).toThrow(/^mount: expected a path/)
  })
})

describe('a login with Kubernetes', () => {
  it('sends role and token of the service account, read again for each login', async () => {
    const { vault, clientOf } = await vaultWithWord()
    vault.createKubernetesRole({ name: 'bot', jwt: JWT, policies: ['github'], ttl: 60 })
    let reads = 0
    const jwt = () => {
      reads += 1
      return `${JWT}\n`
    }
    const client = clientOf(vaultKubernetes({ role: 'bot', jwt }))
    expect(await word(client)).toBe('hello')
    expect(vault.requests[0]).toMatchObject({
      path: 'auth/kubernetes/login',
      data: { role: 'bot', jwt: JWT },
    })
    vault.revokeTokens()
    expect(await word(client)).toBe('hello')
    expect(reads).toBe(2)
  })

  it('is refused with another token or role, which the error does not show', async () => {
    const { vault, clientOf } = await vaultWithWord()
    vault.createKubernetesRole({ name: 'bot', jwt: JWT, policies: ['github'] })
    for (const role of ['bot', 'other']) {
      const login = vaultKubernetes({ role, jwt: () => `${JWT}x` })
      const error = await failure(word(clientOf(login)), [JWT])
      expect(error).toMatchObject({ code: 'STORE_ACCESS_DENIED' })
      expect(error.message).toContain('LOGIN_REFUSED')
    }
  })

  const isInPod = existsSync('/var/run/secrets/kubernetes.io/serviceaccount/token')
  it.skipIf(isInPod)('names the file of the pod that it could not read', async () => {
    const { vault, clientOf } = await vaultWithWord()
    const error = await failure(word(clientOf(vaultKubernetes({ role: 'bot' }))))
    expect(error).toMatchObject({
      code: 'STORE_ACCESS_DENIED',
      cause: { message: expect.stringContaining('/var/run/secrets/kubernetes.io/serviceaccount/token') },
    })
    expect(vault.calls).toEqual([])
  })

  it('refuses options that can never work', () => {
    expect(() => vaultKubernetes({ role: '' })).toThrow(/as role\.$/)
    expect(() => vaultKubernetes({ role: 'bot', jwt: JWT as never })).toThrow(/as jwt\.$/)
  })
})

it('a login may be any function that logs in somewhere', async () => {
  const { vault, clientOf } = await vaultWithWord()
  const { roleId: role_id, secretId: secret_id } = vault.createAppRole({ policies: ['github'], ttl: 60 })
  const client = clientOf((logIn) => logIn('auth/approle/login', { role_id, secret_id }))
  expect(await word(client)).toBe('hello')
})
