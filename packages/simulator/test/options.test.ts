import { describe, expect, test } from 'vitest'
import { type Simulator, startSimulator } from '../src/index.ts'
import { startTestGitHub } from './support/test-github.ts'

describe('The options of startSimulator are checked by the same rules', () => {
  const options: [string, unknown][] = [
    ['acounts: no such option; did you mean "accounts"?', { acounts: [] }],
    [
      'accounts[0].repositories[0].private must be true or false, not "yes"',
      { accounts: [{ login: 'a', repositories: [{ name: 'b', private: 'yes' }] }] },
    ],
    ['clock must be an object with a method now(), not an object', { clock: {} }],
    ['app.webhookSecret must be a string, not an object', { app: { webhookSecret: {} } }],
    [
      'app.webhookUrl: "http://%zz@127.0.0.1/" is not an http',
      { app: { webhookUrl: 'http://%zz@127.0.0.1/' } },
    ],
    ['app is short for apps with one entry', { app: {}, apps: [{}] }],
    ['faultSeed must be an integer from 0 to 4294967295', { faultSeed: 0.5 }],
    ['control must be true, false or { hosts }, not "yes"', { control: 'yes' }],
    ['This must be an object, not null', null],
  ]

  test.for(options)('%s', async ([message, given]) => {
    const startAnything: (options: never) => Promise<Simulator> = startSimulator
    await expect(startAnything(given as never)).rejects.toThrow(TypeError)
    await expect(startAnything(given as never)).rejects.toThrow(message)
  })

  test('and what is undefined is absent', async () => {
    const given: object = { port: undefined, accounts: [{ login: 'acme', installation: undefined }] }
    expect((await startTestGitHub(given)).installations).toEqual([])
  })
})
