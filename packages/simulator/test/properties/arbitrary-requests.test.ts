import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Simulator } from '../../src/index.ts'
import { exchange } from '../conformance/http-exchange.ts'
import { appJwt } from '../support/app-jwt.ts'
import { blurt } from '../support/raw-connection.ts'
import { call, startTestGitHub, tokenFor } from '../support/test-github.ts'
import { failOnWarnings } from '../support/watch-process.ts'
import { type HostileRequest, hostileBytes, hostileRequest, hostileValue } from './hostile-requests.ts'

failOnWarnings()

/** Good credentials, whatever the requests before did to them. */
class Credentials {
  readonly #github: Simulator

  constructor(github: Simulator) {
    this.#github = github
  }

  authorization({ credential, actor }: HostileRequest): Promise<string | undefined> {
    if (typeof credential === 'object') return Promise.resolve(credential.text)
    return this.#good(credential === 'right' ? actor : credential)
  }

  async #good(kind: string): Promise<string | undefined> {
    const { app } = this.#github
    switch (kind) {
      case 'none':
        return undefined
      case 'app':
      case 'jwt':
        return `Bearer ${appJwt(this.#github)}`
      case 'user':
        return `Bearer ${this.#github.authorize({ login: 'monalisa' }).accessToken}`
      case 'client':
        return `Basic ${Buffer.from(`${app.clientId}:${app.clientSecret}`).toString('base64')}`
      default:
        return `Bearer ${await this.#token()}`
    }
  }

  #token(): Promise<string> {
    const installation = this.#github.installations.find(({ account }) => account === 'acme')
    if (installation === undefined) this.#github.install({ account: 'acme', id: 40_000_001 })
    else if (installation.suspended) this.#github.unsuspend(installation.id)
    return tokenFor(this.#github, 'acme')
  }
}

describe('Whatever is asked, it is answered and never a defect', () => {
  test('at any endpoint, with any body', async () => {
    const github = await startTestGitHub()
    const credentials = new Credentials(github)
    await fc.assert(
      fc.asyncProperty(hostileRequest, async (request) => {
        const { method, path, contentType, headers, body } = request
        const authorization = await credentials.authorization(request)
        const { status } = await exchange(github.url, `${method} ${path}`, {
          headers: {
            'user-agent': 'properties',
            'content-type': contentType,
            ...Object.fromEntries(headers),
            ...(authorization === undefined ? {} : { authorization }),
          },
          ...(method === 'GET' || method === 'HEAD' ? {} : { body }),
        })
        expect(status).not.toBe(500)
      }),
      { numRuns: 1500 },
    )
    expect((await call(github, 'GET /meta')).status).toBe(200)
  }, 60_000)

  test('by any bytes', async () => {
    const github = await startTestGitHub()
    await fc.assert(
      fc.asyncProperty(hostileBytes, async (sent) => {
        for (const { status } of await blurt(github, sent)) expect(status).not.toBe(500)
      }),
      { numRuns: 300 },
    )
    expect((await call(github, 'GET /meta')).status).toBe(200)
  }, 60_000)

  test('of the control API, with any parameters', async () => {
    const github = await startTestGitHub({ control: true })
    const { json } = await call(github, 'GET /_simulator')
    const commands: readonly { name: string; parameters: { properties?: object } }[] = json.commands
    const request = fc.constantFrom(...commands).chain(({ name, parameters }) =>
      fc.record({
        name: fc.constant(name),
        body: fc.dictionary(fc.constantFrom('x', ...Object.keys(parameters.properties ?? {})), hostileValue),
      }),
    )
    await fc.assert(
      fc.asyncProperty(request, async ({ name, body }) => {
        const headers = { 'content-type': 'application/json' }
        const answer = await call(github, `POST /_simulator/${name}`, { headers, body })
        expect(answer.status).not.toBe(500)
        github.clearFaults()
        expect((await call(github, 'GET /_simulator/state')).status).toBe(200)
        expect((await call(github, 'GET /meta')).status).toBe(200)
      }),
      { numRuns: 300 },
    )
  }, 60_000)
})
