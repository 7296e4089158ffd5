import fc from 'fast-check'

/** Picks from what exists when the step is taken: the remainder of a division by how many there are. */
type Pick = number

/** What somebody does with codes and tokens. */
export type OAuthStep =
  | {
      readonly kind: 'allow in the browser'
      readonly app: Pick
      readonly user: Pick
      readonly challenge: boolean
    }
  | { readonly kind: 'start a device'; readonly app: Pick }
  | {
      readonly kind: 'decide a device'
      readonly device: Pick
      readonly user: Pick
      readonly allowed: boolean
    }
  | { readonly kind: 'poll'; readonly device: Pick; readonly as: Pick }
  | {
      readonly kind: 'exchange'
      readonly code: Pick
      readonly as: Pick
      readonly verifier: 'right' | 'wrong' | 'none'
      /** How many clients do it at once. */
      readonly clients: number
    }
  | {
      readonly kind: 'refresh'
      readonly token: Pick
      readonly as: Pick
      readonly secret: boolean
      readonly clients: number
    }
  | { readonly kind: 'reset' | 'delete' | 'revoke credential'; readonly token: Pick; readonly as: Pick }
  | { readonly kind: 'end authorization'; readonly app: Pick; readonly user: Pick }
  | { readonly kind: 'advance'; readonly ms: number }

const pick = fc.nat({ max: 40 })
// Around every lifetime there is: codes, devices, access tokens, refresh tokens.
const duration = fc.constantFrom(1, 5_001, 599_999, 600_000, 900_000, 28_799_999, 28_800_000, 15_811_200_000)

/** Stories of up to thirty steps. */
export const oauthStory: fc.Arbitrary<readonly OAuthStep[]> = fc.array(
  fc.oneof(
    {
      weight: 4,
      arbitrary: fc.record({
        kind: fc.constant('allow in the browser'),
        app: pick,
        user: pick,
        challenge: fc.boolean(),
      }),
    },
    { weight: 2, arbitrary: fc.record({ kind: fc.constant('start a device'), app: pick }) },
    {
      weight: 3,
      arbitrary: fc.record({
        kind: fc.constant('decide a device'),
        device: pick,
        user: pick,
        allowed: fc.boolean(),
      }),
    },
    { weight: 3, arbitrary: fc.record({ kind: fc.constant('poll'), device: pick, as: pick }) },
    {
      weight: 5,
      arbitrary: fc.record({
        kind: fc.constant('exchange'),
        code: pick,
        as: pick,
        verifier: fc.constantFrom('right', 'wrong', 'none'),
        clients: fc.integer({ min: 1, max: 3 }),
      }),
    },
    {
      weight: 5,
      arbitrary: fc.record({
        kind: fc.constant('refresh'),
        token: pick,
        as: pick,
        secret: fc.boolean(),
        clients: fc.integer({ min: 1, max: 3 }),
      }),
    },
    {
      weight: 3,
      arbitrary: fc.record({
        kind: fc.constantFrom('reset', 'delete', 'revoke credential'),
        token: pick,
        as: pick,
      }),
    },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant('end authorization'), app: pick, user: pick }) },
    { weight: 3, arbitrary: fc.record({ kind: fc.constant('advance'), ms: duration }) },
  ),
  // Without a size, stories of more than ten steps are rare.
  { maxLength: 30, size: 'max' },
)
