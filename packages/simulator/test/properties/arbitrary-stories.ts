import fc from 'fast-check'
import {
  type Change,
  type InstallationPlan,
  LOGINS,
  NAMES,
  type PermissionsPlan,
  type Probe,
  type Step,
  type UserPlan,
  type WorldPlan,
} from './world.ts'

const pick = fc.nat(999)
const level = fc.constantFrom('write' as const, 'write' as const, 'read' as const)
const permissions: fc.Arbitrary<PermissionsPlan> = fc.record({
  issues: fc.option(level, { nil: undefined, freq: 7 }),
  contents: fc.option(level, { nil: undefined }),
})
const repositories = fc.option(fc.integer({ min: 1, max: 15 }), { nil: undefined, freq: 2 })
const installationPlan: fc.Arbitrary<InstallationPlan> = fc.record({ repositories, permissions })

const userPlan: fc.Arbitrary<UserPlan> = fc.record({ memberships: fc.nat(7), invitations: fc.nat(4095) })

/** One or two apps, two users, and two or three accounts with two to four repositories each. */
export const worldPlan: fc.Arbitrary<WorldPlan> = fc.record({
  apps: fc.integer({ min: 1, max: 2 }),
  users: fc.tuple(userPlan, userPlan),
  accounts: fc.array(
    fc.record({
      private: fc.array(fc.boolean(), { minLength: 2, maxLength: 4 }),
      installations: fc.tuple(
        fc.option(installationPlan, { nil: undefined, freq: 6 }),
        fc.option(installationPlan, { nil: undefined }),
      ),
    }),
    { minLength: 2, maxLength: 3 },
  ),
})

function change(kind: 'suspend' | 'unsuspend' | 'uninstall'): fc.Arbitrary<Change> {
  return fc.record({ kind: fc.constant(kind), installation: pick })
}

const mint: fc.Arbitrary<Change> = fc.record({
  kind: fc.constant('mint' as const),
  installation: pick,
  repositories: fc.option(fc.array(pick, { minLength: 1, maxLength: 2 }), { nil: undefined, freq: 2 }),
  permissions: fc.option(permissions, { nil: undefined, freq: 2 }),
  key: pick,
})

const advance = fc.oneof(
  { weight: 4, arbitrary: fc.integer({ min: 1, max: 900_000 }) },
  { weight: 1, arbitrary: fc.integer({ min: 900_000, max: 7_200_000 }) },
  { weight: 1, arbitrary: fc.constantFrom(1, 3_599_000, 3_600_000) },
)

const changes: fc.Arbitrary<Change> = fc.oneof(
  { withCrossShrink: true },
  { weight: 1, arbitrary: fc.constant<Change>({ kind: 'nothing' }) },
  { weight: 24, arbitrary: mint },
  {
    weight: 6,
    arbitrary: fc.record({
      kind: fc.constant('authorize' as const),
      user: pick,
      app: pick,
      personal: fc.integer({ min: 1, max: 4 }).map((one) => one === 4),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ kind: fc.constant('end authorization' as const), user: pick, app: pick }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ kind: fc.constant('add member' as const), user: pick, account: pick }),
  },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('advance' as const), ms: advance }) },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant('advance to the expiry' as const),
      token: pick,
      missingMs: fc.constantFrom(0 as const, 1 as const),
    }),
  },
  { weight: 2, arbitrary: change('suspend') },
  { weight: 5, arbitrary: change('unsuspend') },
  { weight: 1, arbitrary: change('uninstall') },
  {
    weight: 5,
    arbitrary: fc.record({
      kind: fc.constant('install' as const),
      app: pick,
      account: pick,
      repositories,
      permissions,
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record({ kind: fc.constant('revoke' as const), token: pick, byItself: fc.boolean() }),
  },
  {
    weight: 6,
    arbitrary: fc.record({
      kind: fc.constant('select repositories' as const),
      installation: pick,
      repositories,
    }),
  },
  {
    weight: 6,
    arbitrary: fc.record({ kind: fc.constant('grant' as const), installation: pick, permissions }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant('rename repository' as const),
      repository: pick,
      name: fc.constantFrom(...NAMES),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant('transfer repository' as const),
      repository: pick,
      account: pick,
      andBack: fc.boolean(),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant('add repository' as const),
      account: pick,
      name: fc.constantFrom(...NAMES),
      private: fc.boolean(),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant('rename account' as const),
      account: pick,
      login: fc.constantFrom(...LOGINS),
    }),
  },
)

const keyChanges: fc.Arbitrary<Change> = fc.record({
  kind: fc.constantFrom('delete key' as const, 'add key' as const),
  app: pick,
})

const probes: fc.Arbitrary<Probe> = fc.oneof(
  {
    weight: 10,
    arbitrary: fc.record({
      kind: fc.constant('issues' as const),
      token: pick,
      name: pick,
      own: fc.boolean(),
      byId: fc.boolean(),
      action: fc.constantFrom('read' as const, 'write' as const),
    }),
  },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('list' as const), token: pick }) },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant('lookup' as const),
      app: pick,
      name: pick,
      of: fc.constantFrom('repository' as const, 'account' as const),
    }),
  },
)

/** At least 30 changes, each followed by a few probes. A step shrinks to nothing at all. */
export const steps: fc.Arbitrary<readonly Step[]> = stepsOf(changes)

/** The same with keys that come and go. Making a key takes time, so these are for few runs. */
export const stepsWithKeys: fc.Arbitrary<readonly Step[]> = stepsOf(
  fc.oneof({ weight: 5, arbitrary: changes }, { weight: 1, arbitrary: keyChanges }),
)

function stepsOf(arbitrary: fc.Arbitrary<Change>): fc.Arbitrary<readonly Step[]> {
  const step = fc.record({ change: arbitrary, probes: fc.array(probes, { maxLength: 5 }) })
  return fc.array(step, { minLength: 30, maxLength: 45 })
}
