import { basename } from 'node:path'
import { setImmediate } from 'node:timers/promises'
import { HubauthError, type RequestName, requestInstallation } from '@hubauth/core'
import { NO_ERRORS } from '../../src/conformance/http/no-errors.ts'
import { type AuthFlaws, authApp, type PlainOptions } from './plain-auth.ts'

interface BrokenAuth {
  readonly flaw: string
  /** The rules that must find it. */
  readonly rules: readonly string[]
  readonly flaws: AuthFlaws
}

/** An application that does not take the options as they are. */
const reading = (change: (options: PlainOptions) => Partial<PlainOptions>): AuthFlaws => ({
  acting: (auth, options) => requestInstallation(auth, { ...options, ...change(options) }),
})

/** An application that mends the owner of a request. */
const mending = (mend: (owner: RequestName) => RequestName): AuthFlaws =>
  reading(({ owner }) => ({ owner: async (request) => mend(await owner?.(request)) }))

const unusable = (what: string) => `answers 400 to a request that gives ${what}, and does not ask authorize`

const WRONG_TARGETS: readonly BrokenAuth[] = [
  {
    flaw: 'acts as somebody when nobody is named',
    rules: [unusable('no owner'), unusable('a promise of no owner')],
    flaws: mending((owner) => owner ?? 'acme'),
  },
  {
    flaw: 'mends an empty owner',
    rules: [unusable('an empty owner')],
    flaws: mending((owner) => owner || 'acme'),
  },
  {
    flaw: 'takes the first of several owners',
    rules: [unusable('several owners')],
    flaws: mending((owner) => [owner].flat()[0]),
  },
  {
    flaw: 'takes the end of a path',
    rules: [unusable('a path for an owner')],
    flaws: mending((owner) => basename(`${owner}`)),
  },
  {
    flaw: 'removes dots',
    rules: [unusable('dots for an owner')],
    flaws: mending((owner) => `${owner}`.replaceAll('.', '_')),
  },
  {
    flaw: 'falls back to an installation of its own',
    rules: [unusable('no number for an installation'), 'takes an installation by its id'],
    flaws: reading(({ installationId }) => ({ installationId: installationId && (() => 1) })),
  },
  {
    flaw: 'takes the end of the path of a repository',
    rules: [unusable('a path for a repository')],
    flaws: reading(({ repositories }) => ({
      repositories:
        repositories && (async (request) => (await repositories(request)).map((name) => basename(`${name}`))),
    })),
  },
  {
    flaw: 'asks authorize first',
    rules: [unusable('no owner'), unusable('a path for a repository')],
    flaws: {
      acting: (auth, options) => {
        const find = requestInstallation(auth, options)
        return async (request) => {
          await options.authorize(request, { owner: 'acme' })
          return find(request)
        }
      },
    },
  },
  {
    flaw: 'limits nothing',
    rules: ['limits the token as asked, and shows authorize all of it'],
    flaws: reading(() => ({ permissions: undefined })),
  },
  {
    flaw: 'shows authorize only the owner',
    rules: ['limits the token as asked, and shows authorize all of it'],
    flaws: reading(({ authorize }) => ({
      authorize: (request, { owner = '' }) => authorize(request, { owner }),
    })),
  },
  {
    flaw: 'keeps the installation of the last request',
    rules: ['gives each of fifty requests at once its own installation'],
    flaws: {
      acting(auth, options) {
        const find = requestInstallation(auth, options)
        let last: ReturnType<typeof find>
        return async (request) => {
          last = find(request)
          await last
          await setImmediate()
          return last
        }
      },
    },
  },
  {
    flaw: 'makes an installation of its own',
    rules: ['hands the route the installation when the caller may act as it'],
    flaws: {
      acting: (auth, options) => async (request) => {
        const handle = await requestInstallation(auth, options)(request)
        return Object.create(handle)
      },
    },
  },
  {
    flaw: 'checks its options with the first request',
    rules: ['is not built without authorize', 'is not built without a way to tell which installation'],
    flaws: { acting: (auth, options) => (request) => requestInstallation(auth, options)(request) },
  },
  {
    flaw: 'takes one of two ways to tell which installation',
    rules: ['is not built without a way to tell which installation'],
    flaws: reading(({ owner, installationId }) => (owner && installationId ? { owner: undefined } : {})),
  },
  {
    flaw: 'takes every organization for the one that has an app',
    rules: ['answers 404 for an organization that has no app'],
    flaws: {
      acting: (auth, options) => {
        const installation = () => auth.installation({ owner: 'acme' })
        return requestInstallation({ ...auth, installation }, options)
      },
    },
  },
]

const WRONG_DELIVERIES: readonly BrokenAuth[] = [
  {
    flaw: 'believes a delivery that nobody verified',
    rules: ['refuses to take the installation from a delivery that nobody verified'],
    flaws: { ofDelivery: (auth) => async () => auth.forDelivery({ installationId: 1, owner: 'acme' }) },
  },
  {
    flaw: 'looks the installation of a delivery up by its owner',
    rules: ['acts as the installation of the verified delivery, without being asked who'],
    flaws: {
      ofDelivery:
        (auth) =>
        async ({ delivery }) =>
          auth.installation({ owner: `${delivery?.owner}` }),
    },
  },
  {
    flaw: 'goes on with a delivery that is refused',
    rules: ['acts as nobody for a delivery that is refused'],
    flaws: { verify: async () => ({ installationId: 1, owner: 'acme' }) as never },
  },
]

const WRONG_AUTHORIZATION: readonly BrokenAuth[] = [
  {
    flaw: 'never asks authorize',
    rules: ['refuses a caller who may act as another installation', 'answers 403 when authorize says false'],
    flaws: reading(() => ({ authorize: () => true })),
  },
  {
    flaw: 'does not wait for authorize',
    rules: ['answers 403 when authorize says a promise of false'],
    flaws: reading(({ authorize }) => ({
      authorize: (request, target) => Boolean(authorize(request, target)),
    })),
  },
  {
    flaw: 'takes what is truthy for true',
    rules: ['answers 403 when authorize says something that is only truthy'],
    flaws: reading(({ authorize }) => ({
      authorize: async (request, target) => Boolean(await authorize(request, target)),
    })),
  },
  {
    flaw: 'takes everything but false for true',
    rules: ['answers 403 when authorize says nothing'],
    flaws: reading(({ authorize }) => ({
      authorize: async (request, target) => (await authorize(request, target)) !== false,
    })),
  },
  ...NO_ERRORS.map(
    (nothing): BrokenAuth => ({
      flaw: `takes a thrown ${JSON.stringify(nothing)} for no error`,
      rules: [`is not passed when authorize throws ${JSON.stringify(nothing)}`],
      flaws: reading(({ authorize }) => ({
        async authorize(request, target) {
          try {
            return await authorize(request, target)
          } catch (error) {
            if (error === nothing) return true
            throw error
          }
        },
      })),
    }),
  ),
  {
    flaw: 'answers 403 to whatever authorize throws',
    rules: [
      'hands on an error that authorize throws',
      'answers 500 without a word of an error that authorize throws',
    ],
    flaws: reading(({ authorize }) => ({
      authorize: async (request, target) => {
        try {
          return await authorize(request, target)
        } catch {
          return false
        }
      },
    })),
  },
]

const WRONG_ANSWERS: readonly BrokenAuth[] = [
  {
    flaw: 'shows what authorize throws',
    rules: ['answers 500 without a word of an error that authorize throws'],
    flaws: { text: String },
  },
  {
    flaw: 'shows a text that authorize throws',
    rules: ['is not passed when authorize throws "database password hunter2 refused"'],
    flaws: {
      ...reading(({ authorize }) => ({
        async authorize(request, target) {
          try {
            return await authorize(request, target)
          } catch (error) {
            throw new HubauthError('CALLER_NOT_AUTHORIZED', `${error}`)
          }
        },
      })),
      text: String,
    },
  },
  {
    flaw: 'answers 500 to everything',
    rules: [
      unusable('no owner'),
      'answers 403 when authorize says false',
      'answers 404 for an organization that has no app',
    ],
    flaws: { status: () => 500 },
  },
  {
    flaw: 'tells nobody of refusals',
    rules: [unusable('no owner'), 'answers 403 when authorize says false'],
    flaws: { hears: () => [] },
  },
  {
    flaw: 'tells of every error as its own',
    rules: ['hands on an error of the route as it is', 'hands on an error that authorize throws'],
    flaws: { hears: (error) => [new Error('githubAuth failed', { cause: error })] },
  },
]

/** Applications that are wrong, each with the rules that find it. */
export const BROKEN_AUTHS = [
  ...WRONG_TARGETS,
  ...WRONG_DELIVERIES,
  ...WRONG_AUTHORIZATION,
  ...WRONG_ANSWERS,
].map(({ flaws, ...broken }) => ({ ...broken, mount: authApp(flaws) }))
