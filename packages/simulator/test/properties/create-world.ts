import { createPrivateKey } from 'node:crypto'
import { type AccountSeed, type Simulator, startSimulator } from '../../src/index.ts'
import { exchange } from '../conformance/http-exchange.ts'
import { signedJwt } from '../conformance/signed-jwt.ts'
import { START_SECONDS } from '../support/app-jwt.ts'
import { type ModelAccount, type ModelApp, type ModelInstallation, type ModelKey, Oracle } from './oracle.ts'
import { type InstallationPlan, LOGINS, NAMES, USERS, type UserPlan, type WorldPlan } from './world.ts'

/** The user who owns every account. */
const OWNER = 'monalisa'

/** A GitHub and its oracle, which agree so far. */
export interface World {
  readonly github: Simulator
  readonly oracle: Oracle
  /** Of a user who owns every account. */
  readonly ownerToken: string
}

/** Starts a GitHub as planned. The caller closes it. */
export async function createWorld(plan: WorldPlan, keys: readonly string[]): Promise<World> {
  const oracle = new Oracle(START_SECONDS * 1000 + 250)
  const apps = keys
    .slice(0, plan.apps)
    .map((privateKey, index) => ({ id: index + 1, slug: `app-${index + 1}`, privateKey }))
  const base = oracle.now
  const github = await startSimulator({ clock: { now: () => base }, apps, accounts: accountSeeds(plan) })
  for (const { id, slug, privateKey } of apps) oracle.apps.push({ id, slug, keys: [modelKey(privateKey)] })
  const world = { github, oracle, ownerToken: github.createPersonalAccessToken(OWNER) }
  for (const [index, planned] of plan.accounts.entries()) {
    const owner: ModelAccount = { login: at(LOGINS, index), repositories: [] }
    oracle.accounts.push(owner)
    for (const [nth, isPrivate] of planned.private.entries())
      await learnRepository(world, { owner, name: firstName(index, nth), isPrivate })
  }
  for (const [index, user] of plan.users.entries()) {
    const memberOf = new Set(oracle.accounts.filter((_, nth) => chosen(user.memberships, nth)))
    const invited = oracle.accounts.flatMap((account, nth) =>
      account.repositories.filter((_, which) => chosen(user.invitations, nth * 4 + which)),
    )
    oracle.users.push({ login: at(USERS, index), memberOf, invitedTo: new Set(invited) })
  }
  for (const [index, { installations }] of plan.accounts.entries()) {
    for (const [nth, app] of oracle.apps.entries()) {
      const planned = installations[nth]
      if (planned !== undefined) install(world, { app, account: at(oracle.accounts, index), plan: planned })
    }
  }
  return world
}

function accountSeeds({ accounts, users }: WorldPlan): AccountSeed[] {
  const who = (isChosen: (user: UserPlan) => boolean): string[] =>
    USERS.filter((_, index) => isChosen(at(users, index)))
  const organizations = accounts.map(
    (account, index): AccountSeed => ({
      login: at(LOGINS, index),
      members: {
        [OWNER]: 'admin',
        ...as(
          'member',
          who(({ memberships }) => chosen(memberships, index)),
        ),
      },
      repositories: account.private.map((isPrivate, nth) => ({
        name: firstName(index, nth),
        private: isPrivate,
        issues: [{ title: 'First' }],
        collaborators: as(
          'read',
          who(({ invitations }) => chosen(invitations, index * 4 + nth)),
        ),
      })),
    }),
  )
  return [...USERS.map((login): AccountSeed => ({ login, type: 'User' })), ...organizations]
}

// Neighbours have some names in common, so that renames and transfers collide now and then.
function firstName(account: number, nth: number): string {
  return at(NAMES, account * 3 + nth)
}

function as<Role extends string>(role: Role, logins: readonly string[]): Record<string, Role> {
  return Object.fromEntries(logins.map((login) => [login, role]))
}

function chosen(bits: number, index: number): boolean {
  return ((bits >> index) & 1) === 1
}

/** Installs an app, in both worlds. */
export function install(
  { github, oracle }: World,
  { app, account, plan }: { app: ModelApp; account: ModelAccount; plan: InstallationPlan },
): ModelInstallation {
  const selected = selection(account, plan.repositories)
  const permissions = defined(plan.permissions)
  const { id } = github.install({
    app: app.slug,
    account: account.login,
    repositories: selected === 'all' ? 'all' : [...selected].map(({ name }) => name),
    permissions,
  })
  const installation: ModelInstallation = {
    id,
    app,
    account,
    selection: selected,
    permissions: { metadata: 'read', ...permissions },
    suspended: false,
    deleted: false,
  }
  oracle.installations.push(installation)
  return installation
}

/** A key that is good, in the oracle. */
export function modelKey(pem: string): ModelKey {
  return { pem, privateKey: createPrivateKey(pem), deleted: false }
}

/** A JWT that is good for the key and the moment. */
export function jwtOf({ oracle }: World, app: ModelApp, key: ModelKey): string {
  const seconds = Math.floor(oracle.now / 1000)
  return signedJwt(
    { iat: seconds - 60, exp: seconds + 540, iss: app.id },
    { alg: 'RS256', key: key.privateKey },
  )
}

/** What bits choose. */
export function selection(
  account: ModelAccount,
  bits: number | undefined,
): 'all' | ReadonlySet<ModelAccount['repositories'][number]> {
  if (bits === undefined) return 'all'
  return new Set(account.repositories.filter((_, index) => chosen(bits, index)))
}

/** An installation in words. */
export function told({ id, app, account, selection: selected, permissions }: ModelInstallation): string {
  const repositories = selected === 'all' ? 'all' : `[${[...selected].map(({ name }) => name)}]`
  return `installation ${id} of ${app.slug} on ${account.login} (${repositories}, ${JSON.stringify(permissions)})`
}

/** The element at an index of any size. @throws {RangeError} when there is none. */
export function at<T>(list: readonly T[], index: number): T {
  const found = list[index % list.length]
  if (found === undefined) throw new RangeError('nothing to choose from')
  return found
}

/** What is there, without what is undefined. */
export function defined<T>(record: Readonly<Record<string, T | undefined>>): Record<string, T> {
  const kept: Record<string, T> = {}
  for (const [name, value] of Object.entries(record)) if (value !== undefined) kept[name] = value
  return kept
}

/** Adds a repository that is there to the oracle, with its id. */
export async function learnRepository(
  { github, oracle, ownerToken }: World,
  { owner, name, isPrivate }: { owner: ModelAccount; name: string; isPrivate: boolean },
): Promise<void> {
  const { json } = await exchange(github.url, `GET /repos/${owner.login}/${name}`, {
    headers: { 'user-agent': 'properties', authorization: `Bearer ${ownerToken}` },
  })
  owner.repositories.push({ id: json.id, name, private: isPrivate, owner })
  oracle.recordNames()
}
