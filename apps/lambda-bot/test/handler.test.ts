import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describeBot } from '@hubauth/bot/end-to-end'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { bundle } from './bundle.ts'
import { startFunction } from './start-function.ts'

describe('the bundled function', () => {
  let folder: string
  let file: string
  let runtime: string

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'lambda-bot-'))
    file = await bundle('../src/handler.ts', folder)
    runtime = await bundle('./runtime.ts', folder)
  })

  afterAll(() => rm(folder, { recursive: true }))

  describeBot('AWS Lambda', async (environment) =>
    startFunction({ file, runtime, environment: { ...environment } }),
  )

  it('names the environment variables that are missing, before the first invocation', async () => {
    const environment = { GITHUB_APP_ID: '1' }
    await expect(startFunction({ file, runtime, environment })).rejects.toThrow(
      'GITHUB_PRIVATE_KEY, GITHUB_WEBHOOK_SECRET',
    )
  })
})
