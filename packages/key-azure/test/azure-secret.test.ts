import { setImmediate } from 'node:timers/promises'
import { pemKey } from '@hubauth/core'
import { describeKeySource, rsaKey } from '@hubauth/testing'
import { describe, expect, it, vi } from 'vitest'
import { azureSecret } from '../src/index.ts'
import { input, withSecret } from './app-vault.ts'
import { startAzure } from './start-azure.ts'

describeKeySource('a PEM in a secret of Azure Key Vault', async () => {
  const { secrets, secretClient } = await startAzure()
  secrets.put('app', rsaKey().pkcs1)
  return {
    source: pemKey(azureSecret({ client: secretClient, name: 'app' }), { minRereadIntervalMs: 0 }),
    publicKey: rsaKey().publicKey,
    rotate: async () => {
      secrets.put('app', rsaKey({ label: 'second' }).pkcs1)
      return rsaKey({ label: 'second' }).publicKey
    },
  }
})

const spki = ({ label }: { readonly label?: string } = {}) =>
  new Uint8Array(rsaKey({ label }).publicKey.export({ type: 'spki', format: 'der' }))

describe('what a secret may hold', () => {
  it.each([
    ['a PEM as GitHub hands it out', (pem: string) => pem],
    ['a PEM whose line breaks a portal made blanks', (pem: string) => pem.replaceAll('\n', ' ')],
    ['a PEM whose line breaks a command line made \\n', (pem: string) => pem.replaceAll('\n', '\\n')],
    ['base64 of a PEM', (pem: string) => Buffer.from(pem).toString('base64')],
  ])('is %s', async (_, write) => {
    const { secrets, secretClient } = await startAzure()
    secrets.put('app', write(rsaKey().pkcs1))
    const key = pemKey(azureSecret({ client: secretClient, name: 'app' }))
    expect(await key.publicKey?.()).toEqual(spki())
  })

  it('is a JSON document, whose fields share one read', async () => {
    const { secrets, secretClient, heard } = await startAzure()
    secrets.put('github', JSON.stringify({ acme: rsaKey().pkcs1, webhook: ['new', 'old'] }))
    const secret = azureSecret({ client: secretClient, name: 'github' })
    const [key, webhook] = await Promise.all([
      pemKey(secret.field('acme')).publicKey?.(),
      secret.field('webhook').read(),
    ])
    expect(key).toEqual(spki())
    expect(webhook).toBe('new\nold')
    expect(heard).toEqual([{ operation: 'get secret', name: 'github', version: '' }])
  })
})

describe('versions of a secret', () => {
  it('are followed to the latest, unless one is named', async () => {
    const { secrets, secretClient, heard } = await startAzure()
    const first = secrets.put('webhook', 'first')
    const latest = azureSecret({ client: secretClient, name: 'webhook' })
    const pinned = azureSecret({ client: secretClient, name: 'webhook', version: first })
    expect([await latest.read(), await pinned.read()]).toEqual(['first', 'first'])
    secrets.put('webhook', 'second')
    expect([await latest.read(), await pinned.read()]).toEqual(['second', 'first'])
    expect(heard.map(({ version }) => version)).toEqual(['', first, '', first])
    expect(pinned.place.secretId).toBe(`webhook/${first}`)
  })

  it('are read outside their dates, which are only a note for secrets', async () => {
    const { secrets, secretClient } = await startAzure()
    secrets.put('webhook', 'old', { expiresOn: new Date('2001-01-01') })
    expect(await azureSecret({ client: secretClient, name: 'webhook' }).read()).toBe('old')
  })
})

describe('a secret that is read again', () => {
  it('leaves the last good key in use while the vault is down, and brings the new one when it is back', async () => {
    const { vault, secret } = await withSecret(rsaKey().pkcs1)
    const onProblem = vi.fn()
    const key = pemKey(secret, { minRereadIntervalMs: 0, onProblem })
    const good = await key.sign(input)
    vault.fault = 'down'
    expect(await key.sign(input)).toEqual(good)
    expect(await key.sign(input, { fresh: true })).toEqual(good)
    await setImmediate()
    expect(onProblem).toHaveBeenCalledExactlyOnceWith(expect.objectContaining({ code: 'STORE_UNAVAILABLE' }))
    vault.fault = undefined
    vault.secrets.put('app', rsaKey({ label: 'second' }).pkcs1)
    await key.sign(input, { fresh: true })
    expect(await key.publicKey?.()).toEqual(spki({ label: 'second' }))
  })

  it('is no longer waited for when the signal aborts', async () => {
    const { vault, secret } = await withSecret()
    vault.fault = 'silent'
    const controller = new AbortController()
    const reason = new Error('enough')
    const reading = secret.read({ signal: controller.signal })
    controller.abort(reason)
    await expect(reading).rejects.toBe(reason)
  })
})
