import { deepStrictEqual, rejects, strictEqual } from 'node:assert/strict'
import { signedDelivery } from '../../signed-delivery.ts'
import type { ConformanceCase } from '../conformance-case.ts'
import { type AuthOptions, authCase, expectActsAs, type GitHubAuthMount, SECRET } from './auth-case.ts'

/** What requests give that names no installation. */
const UNUSABLE: Readonly<Record<string, Partial<AuthOptions>>> = {
  'no owner': { owner: () => undefined },
  'an empty owner': { owner: () => '' },
  'several owners': { owner: () => ['acme', 'globex'] },
  'a path for an owner': { owner: () => 'acme/../../app' },
  'dots for an owner': { owner: () => '..' },
  'a promise of no owner': { owner: async () => undefined },
  'no number for an installation': {
    owner: undefined,
    installationId: ({ params }) => Number(params.org),
  },
  'a path for a repository': { repositories: () => ['../secret'] },
}

const NEITHER_OR_BOTH = { name: 'TypeError', message: /expected either owner or installationId/ }

/** Which installation is meant. @internal */
export const targetCases: readonly ConformanceCase<GitHubAuthMount>[] = [
  ...Object.entries(UNUSABLE).map(([what, options]) =>
    authCase(`answers 400 to a request that gives ${what}, and does not ask authorize`, async (start) => {
      let isAsked = false
      const authorize = () => {
        isAsked = true
        return true
      }
      const { get, targets, heard } = await start({ ...options, authorize })
      strictEqual((await get()).status, 400)
      deepStrictEqual([targets, heard(), isAsked], [[], ['400 INSTALLATION_MISSING'], false])
    }),
  ),
  authCase('answers 404 for an organization that has no app', async (start) => {
    const { get, heard } = await start({ organization: 'acme', authorize: () => true })
    expectActsAs(await get(), { owner: 'acme' })
    strictEqual((await get({ org: 'globex' })).status, 404)
    deepStrictEqual(heard(), ['404 ORGANIZATION_UNKNOWN'])
  }),
  authCase('acts as the installation of the verified delivery, without being asked who', async (start) => {
    const { post, targets, heard } = await start()
    const target = { installationId: 1, owner: 'acme' }
    expectActsAs(await post('/verified', signedDelivery({ secret: SECRET })), target)
    deepStrictEqual([targets, heard()], [[target], []])
  }),
  authCase('acts as nobody for a delivery that is refused', async (start) => {
    const { post, targets } = await start()
    strictEqual((await post('/verified', signedDelivery({ secret: 'another secret' }))).status, 401)
    deepStrictEqual(targets, [])
  }),
  authCase('refuses to take the installation from a delivery that nobody verified', async (start) => {
    const { post, targets, heard } = await start()
    strictEqual((await post('/unverified', signedDelivery({ secret: SECRET }))).status, 500)
    deepStrictEqual([targets, heard()], [[], ['500 WEBHOOK_UNVERIFIED']])
  }),
  authCase('is not built without authorize', async (start) => {
    await rejects(start({ authorize: undefined as never }), {
      name: 'TypeError',
      message: 'githubAuth(): expected authorize, which says who may act as which installation.',
    })
  }),
  authCase('is not built without a way to tell which installation', async (start) => {
    const authorize = () => true
    await rejects(start({ owner: undefined, authorize }), NEITHER_OR_BOTH)
    // authorize could look at the one, and the token be for the other.
    await rejects(start({ installationId: () => 9, authorize }), NEITHER_OR_BOTH)
  }),
]
