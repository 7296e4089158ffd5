import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createSignatureVerifier } from '@hubauth/core'
import { manualClock, signedDelivery } from '@hubauth/testing'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { loadConfig } from '../../src/index.ts'

const ENV = { WEBHOOK_SECRET: 'from the environment', APP_KEY: 'not looked at' }
let folder: string
let file: string

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'hubauth-webhook-secrets-'))
  file = join(folder, 'hook')
})

afterAll(() => rm(folder, { recursive: true }))

/** What verifies by the secrets of a configuration that names a variable and a file, on a manual clock. */
async function configured() {
  await writeFile(file, 'from a file\n', { mode: 0o600 })
  const config = join(folder, 'hubauth.json')
  const organizations = { acme: { appId: 1, key: { env: 'APP_KEY' } } }
  const webhookSecret = [{ env: 'WEBHOOK_SECRET' }, { file: 'hook' }]
  await writeFile(config, JSON.stringify({ PROD: { webhookSecret, organizations } }))
  const { webhookSecrets } = await loadConfig(config, { env: ENV })
  const clock = manualClock()
  const problems: unknown[] = []
  const verify = createSignatureVerifier(webhookSecrets, { clock, onError: (error) => problems.push(error) })
  const indexOf = (secret: string) => {
    const { body, headers } = signedDelivery({ secret })
    return verify(body, headers['x-hub-signature-256'])
  }
  return { clock, problems, indexOf }
}

const FORGED = { code: 'WEBHOOK_SIGNATURE_INVALID' }

describe('the webhook secrets of a configuration', () => {
  it('may be several while one replaces another, in files without their last line break', async () => {
    const { indexOf } = await configured()
    expect(await indexOf('from the environment')).toBe(0)
    expect(await indexOf('from a file')).toBe(1)
    await expect(indexOf('from a file\n')).rejects.toMatchObject(FORGED)
  })

  it('are followed without a restart when they are in files', async () => {
    const { clock, indexOf } = await configured()
    expect(await indexOf('from a file')).toBe(1)
    await writeFile(file, 'a new one')
    await clock.advance(5_000)
    expect(await indexOf('a new one')).toBe(1)
    await expect(indexOf('from a file')).rejects.toMatchObject(FORGED)
    expect(await indexOf('from the environment')).toBe(0)
  })

  it('go on while their file is gone', async () => {
    const { clock, problems, indexOf } = await configured()
    await indexOf('from a file')
    await rm(file)
    await clock.advance(5_000)
    await expect(indexOf('forged')).rejects.toMatchObject(FORGED)
    expect(problems).toMatchObject([{ code: 'STORE_NOT_FOUND' }])
    expect(await indexOf('from a file')).toBe(1)
  })
})
