import {
  createGitHubAuth,
  type GitHubAppOptions,
  type GitHubAuth,
  type HubauthErrorCode,
  type InstallationTarget,
  keyRing,
  memoryCache,
  pemKey,
  plaintextCache,
  requestInstallation,
  type StoreProblem,
  sealedCache,
  sealing,
  signerKey,
  staticToken,
  storedSecret,
  type TokenCache,
} from '../src/index.ts'
import { PEM, SEAL_SECRET, TOKEN, type Vault } from './planted-secrets.ts'
import { rejection } from './rejection.ts'
import { json, minted, scriptedGitHub } from './scripted-github.ts'
import type { Timeline } from './timeline.ts'
import { WEBHOOK_PROVOCATIONS } from './webhook/provocations.ts'

/** Provokes an error with every secret within its reach. Resolves to all of it that somebody might print. */
export type Provocation = (vault: Vault) => Promise<readonly unknown[]>

/** Codes that other packages throw, and which; their own tests provoke them. */
export const ELSEWHERE: Partial<Record<HubauthErrorCode, string>> = {
  CONFIG_INVALID: 'the configuration file of node',
  WEBHOOK_UNVERIFIED: 'the verify-only middleware of express',
}

/** A target that asks for something of everything. */
const TARGET: InstallationTarget = {
  installationId: 7,
  repositories: ['api'],
  permissions: { issues: 'write' },
}

const PLACE = { store: 'A vault', secretId: 'team/app' } as const

export const PROVOCATIONS: Partial<Record<HubauthErrorCode, Provocation>> = {
  KEY_INVALID: async () => [
    await thrown(() => pemKey(PEM.slice(0, 900))),
    await thrown(() => pemKey(PEM.replace('\n', '\n!!!'))),
    await thrown(() => pemKey(PEM.replaceAll('RSA', 'EC'))),
    await rejection(pemKey(() => PEM.replaceAll('\n', '?')).sign(new Uint8Array())),
    await rejection(
      pemKey(storedSecret({ ...PLACE, fetch: () => PEM.slice(0, 900) })).sign(new Uint8Array()),
    ),
    await rejection(
      signerKey({ store: 'A KMS', keyId: 'app', publicKey: PEM, sign: async () => new Uint8Array() }).sign(
        new Uint8Array(),
      ),
    ),
  ],
  KEY_UNAVAILABLE: async (vault) => {
    const failure = Object.assign(new Error(`cannot parse secret:\n${PEM}`), { secret: PEM, code: 'EPARSE' })
    return [
      await rejection(pemKey(() => Promise.reject(failure)).sign(new Uint8Array())),
      await refusal(vault, () => json({}), { key: pemKey(() => Promise.reject(`no key in ${PEM}`)) }),
      await refusal(vault, () => json({}), { key: { sign: () => Promise.reject(failure) } }),
    ]
  },
  STORE_UNAVAILABLE: storeFailure(undefined),
  STORE_THROTTLED: storeFailure('throttled'),
  STORE_TIMEOUT: storeFailure('timeout'),
  STORE_ACCESS_DENIED: storeFailure('access-denied'),
  STORE_NOT_FOUND: storeFailure('not-found'),
  STORE_FIELD_MISSING: async () =>
    Promise.all(
      [
        PEM,
        `{"key": ${PEM}}`,
        JSON.stringify({ [PEM]: PEM, key: { key: PEM } }),
        JSON.stringify([TOKEN]),
      ].map((text) =>
        rejection(
          storedSecret({ ...PLACE, fetch: () => text })
            .field('key')
            .read(),
        ),
      ),
    ),
  KEY_REFUSED: echo(401, 'A JSON web token could not be decoded'),
  CLOCK_SKEW: echo(401, "'Issued at' claim ('iat') must be an Integer"),
  APP_NOT_FOUND: echo(404, 'Integration not found'),
  NOT_INSTALLED: echo(404, 'Not Found'),
  INSTALLATION_SUSPENDED: echo(403, 'This installation has been suspended'),
  PERMISSION_NOT_GRANTED: echo(422, 'The permissions requested are not granted to this installation.'),
  REPOSITORY_NOT_ACCESSIBLE: echo(
    422,
    'There is at least one repository that does not exist or is not accessible to the parent installation.',
  ),
  GITHUB_REFUSED: echo(451, 'Unavailable'),
  THROTTLED: echo(429, 'You have exceeded a secondary rate limit.'),
  UNEXPECTED_RESPONSE: async (vault) => [
    await refusal(vault, (authorization) => new Response(`<html>${authorization}</html>`)),
  ],
  GITHUB_UNAVAILABLE: async (vault) => {
    const { time, auth } = hostile(vault, (authorization, isMint) => {
      if (isMint) return minted(TOKEN, Date.now() + 86_400_000)
      const request = { headers: { authorization }, body: TOKEN }
      throw Object.assign(new Error(`cannot send ${authorization}`, { cause: request }), { request })
    })
    return [
      await rejection(time.settle(auth().installation({ installationId: 7 }).fetch('/repos'))),
      await rejection(time.settle(auth().installation({ owner: 'acme' }).token())),
      await refusal(vault, (authorization) => json({ message: authorization }, { status: 502 })),
    ]
  },
  TIMEOUT: async (vault) => [await refusal(vault, () => new Promise(() => undefined))],
  HOST_REFUSED: async (vault) => {
    const { time, auth } = hostile(vault, () => json({}))
    const { fetch } = auth().app
    return [
      await rejection(time.settle(fetch(`https://evil.example/?token=${TOKEN}`))),
      await rejection(time.settle(fetch(`https://x:${TOKEN}@api.github.com/`))),
    ]
  },
  TOKEN_REFUSED: async () => {
    const provider = staticToken(TOKEN)
    return [await rejection(provider.getToken({ rejected: await provider.getToken() }))]
  },
  CACHE_FAILED: async (vault) => [
    ...(await problems(vault, plaintextCache(clientThatQuotesItsCommand()))),
    ...(await problems(vault, sealedCache({ ...memoryCache(), get: async () => TOKEN }, SEAL_SECRET))),
  ],
  SEAL_BROKEN: async () => [
    await rejection(sealing(SEAL_SECRET, 'sealWith').open('name', TOKEN)),
    await rejection(
      sealing(SEAL_SECRET, 'sealWith').open(
        TOKEN,
        await sealing(SEAL_SECRET, 'sealWith').seal('name', TOKEN),
      ),
    ),
  ],
  INSTALLATION_MISSING: async (vault) => [
    await rejection(
      hostile(vault, () => json({}))
        .auth()
        .forDelivery({})
        .token(),
    ),
  ],
  CALLER_NOT_AUTHORIZED: async (vault) => {
    const { auth } = hostile(vault, () => json({}))
    const find = requestInstallation(auth(), { owner: () => 'acme', authorize: () => false })
    return [await rejection(find({ headers: { authorization: TOKEN } }))]
  },
  ORGANIZATION_UNKNOWN: async () => [
    await thrown(() => createGitHubAuth({ organizations: {} }).appOf('initech')),
  ],
  ...WEBHOOK_PROVOCATIONS,
}

/** A GitHub that sees every secret there is, and an app with planted ones. */
export function hostile(
  vault: Vault,
  answer: (authorization: string, isMint: boolean) => Response | Promise<Response>,
): { readonly time: Timeline; auth(options?: Partial<GitHubAppOptions>): GitHubAuth } {
  return scriptedGitHub((request) => {
    const authorization = request.headers.get('authorization') ?? ''
    vault.add(authorization.replace('Bearer ', ''))
    return answer(authorization, request.path.endsWith('/access_tokens'))
  })
}

/** A client that quotes what it could not read, in whatever way, under everything that reads and signs. */
function storeFailure(problem: StoreProblem | undefined): Provocation {
  return async (vault) => {
    const client = Object.assign(new Error(`cannot parse ${PEM}`, { cause: new Error(TOKEN) }), { body: PEM })
    const failures = [client, `not JSON: ${PEM}`, { message: PEM, code: PEM }]
    const rejections = failures.map(async (failure) => {
      const fail = () => Promise.reject(failure)
      const explain = () => problem
      const secret = storedSecret({ ...PLACE, fetch: fail, explain })
      const { store, secretId: keyId } = PLACE
      const signer = signerKey({ store, keyId, publicKey: fail, sign: fail, explain })
      return [
        await rejection(secret.read()),
        await rejection(secret.field('key').read()),
        await rejection(keyRing(pemKey(secret), signer).sign(new Uint8Array())),
        await refusal(vault, () => json({}), { key: signer }),
      ]
    })
    return (await Promise.all(rejections)).flat()
  }
}

/** What a mint rejects with when GitHub answers like that. */
async function refusal(
  vault: Vault,
  answer: (authorization: string) => Response | Promise<Response>,
  options: Partial<GitHubAppOptions> = {},
): Promise<unknown> {
  const { time, auth } = hostile(vault, answer)
  return rejection(time.settle(auth(options).installation(TARGET).token()))
}

/** GitHub repeats the Authorization header in its message, and wherever else it can. */
function echo(status: number, message: string): Provocation {
  return async (vault) => {
    const { time, auth } = hostile(vault, (authorization) =>
      json(
        {
          message: `${message} (${authorization})`,
          errors: [authorization],
          permissions: { issues: authorization },
        },
        { status, headers: { 'x-echo': authorization } },
      ),
    )
    return [await rejection(time.settle(auth().installation(TARGET).token()))]
  }
}

/** A client that hangs the failed command, arguments included, on its errors, as ioredis does. */
function clientThatQuotesItsCommand(): TokenCache {
  const fail = (...args: readonly unknown[]) =>
    Promise.reject(
      Object.assign(new Error(`READONLY: ${args.join(' ')}`), { command: { name: 'set', args } }),
    )
  return { protection: 'plaintext', get: fail, set: fail, delete: fail }
}

/** What is reported while a token is minted in front of such a cache. */
async function problems(vault: Vault, cache: TokenCache): Promise<unknown[]> {
  const reported: unknown[] = []
  const { time, auth } = hostile(vault, () => minted(TOKEN, Date.now() + 86_400_000))
  const app = auth({ cache: time.trackCache(cache), onProblem: (problem) => reported.push(problem) })
  await time.settle(app.installation({ installationId: 7 }).token())
  return reported
}

function thrown(work: () => unknown): Promise<unknown> {
  return rejection(Promise.resolve().then(work))
}
