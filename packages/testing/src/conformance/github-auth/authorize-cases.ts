import { deepStrictEqual, strictEqual } from 'node:assert/strict'
import type { InstallationTarget } from '@hubauth/core'
import type { ConformanceCase } from '../conformance-case.ts'
import { gate } from '../held-handler.ts'
import { NO_ERRORS } from '../http/no-errors.ts'
import { expectNoPlantedText, PLANTED_TEXT } from '../http/planted-text.ts'
import { type AuthOptions, authCase, expectActsAs, type GitHubAuthMount } from './auth-case.ts'

const REFUSED = '403 CALLER_NOT_AUTHORIZED'

/** What is said in place of true. */
const NOT_TRUE: Readonly<Record<string, AuthOptions['authorize']>> = {
  false: () => false,
  'a promise of false': async () => false,
  nothing: () => undefined as never,
  'something that is only truthy': () => 'yes' as never,
}

/** Who may act as an installation. @internal */
export const authorizeCases: readonly ConformanceCase<GitHubAuthMount>[] = [
  authCase('hands the route the installation when the caller may act as it', async (start) => {
    const { get, targets, heard } = await start()
    expectActsAs(await get({ memberOf: 'acme' }), { owner: 'acme' })
    deepStrictEqual([targets, heard()], [[{ owner: 'acme' }], []])
  }),
  authCase('refuses a caller who may act as another installation', async (start) => {
    const { get, targets, heard } = await start()
    strictEqual((await get({ memberOf: 'globex' })).status, 403)
    deepStrictEqual([targets, heard()], [[], [REFUSED]])
  }),
  authCase('limits the token as asked, and shows authorize all of it', async (start) => {
    const seen: InstallationTarget[] = []
    const { get, targets } = await start({
      repositories: async ({ params }) => [params.repo],
      permissions: { issues: 'write' },
      authorize: async (_, target) => seen.push(target) > 0,
    })
    const target = { owner: 'acme', repositories: ['api'], permissions: { issues: 'write' } }
    expectActsAs(await get(), target)
    deepStrictEqual([seen, targets], [[target], [target]])
  }),
  authCase('takes an installation by its id', async (start) => {
    const { get, targets } = await start({
      owner: undefined,
      installationId: async () => 9,
      authorize: (_, target) => 'installationId' in target && target.installationId === 9,
    })
    expectActsAs(await get(), { installationId: 9 })
    deepStrictEqual(targets, [{ installationId: 9 }])
  }),
  authCase('gives each of fifty requests at once its own installation', async (start) => {
    let waiting = 0
    const everybody = gate()
    const { get } = await start({
      async authorize(request, { owner }) {
        waiting += 1
        if (waiting === 50) everybody.open()
        await everybody.opened
        return owner === request.header('x-member-of')
      },
    })
    const orgs = Array.from({ length: 50 }, (_, index) => `org-${index}`)
    const responses = await Promise.all(orgs.map((org) => get({ org, memberOf: org })))
    for (const [index, response] of responses.entries()) expectActsAs(response, { owner: `org-${index}` })
  }),
  ...Object.entries(NOT_TRUE).map(([what, authorize]) =>
    authCase(`answers 403 when authorize says ${what}`, async (start) => {
      const { get, targets, heard } = await start({ authorize })
      strictEqual((await get()).status, 403)
      deepStrictEqual([targets, heard()], [[], [REFUSED]])
    }),
  ),
  ...[...NO_ERRORS, PLANTED_TEXT].map((reason) =>
    authCase(`is not passed when authorize throws ${JSON.stringify(reason)}`, async (start) => {
      const throws = () => {
        throw reason
      }
      for (const authorize of [throws, async () => throws()]) {
        const { get, targets, heard } = await start({ authorize })
        const response = await get()
        strictEqual(response.status, 403)
        expectNoPlantedText(response)
        deepStrictEqual([targets, heard()], [[], [REFUSED]])
      }
    }),
  ),
  authCase('hands on an error that authorize throws', async (start) => {
    const error = new Error('no database')
    const { get, targets, heard } = await start({ authorize: () => Promise.reject(error) })
    strictEqual((await get()).status, 500)
    deepStrictEqual([targets, heard()], [[], [error]])
  }),
  authCase('answers 500 without a word of an error that authorize throws', async (start) => {
    const { get } = await start({ authorize: () => Promise.reject(new Error(PLANTED_TEXT)) })
    const response = await get()
    strictEqual(response.status, 500)
    expectNoPlantedText(response)
  }),
  authCase('hands on an error of the route as it is', async (start) => {
    const error = new Error('no template')
    const { get, heard } = await start({
      authorize: () => true,
      route() {
        throw error
      },
    })
    strictEqual((await get()).status, 500)
    deepStrictEqual(heard(), [error])
  }),
]
