/** What is known of a code. */
export interface ModelCode {
  readonly value: string
  readonly app: number
  readonly user: number
  readonly verifier: string | undefined
  readonly madeAt: number
  isUsed: boolean
}

/** What is known of a device that waits. */
export interface ModelDevice {
  readonly deviceCode: string
  readonly userCode: string
  readonly app: number
  readonly startedAt: number
  intervalMs: number
  polledAt: number
  decision: number | 'denied' | undefined
  isOver: boolean
}

/** What is known of an access token and the refresh token that came with it. */
export interface ModelPair {
  accessToken: string
  accessExpiresAt: number
  readonly refreshToken: string
  readonly refreshExpiresAt: number
  readonly app: number
  readonly user: number
  readonly device: boolean
  isAccessOver: boolean
  isRefreshOver: boolean
}

const CODE_LIFETIME_MS = 600_000
const DEVICE_LIFETIME_MS = 900_000
const ACCESS_LIFETIME_MS = 28_800_000
const REFRESH_LIFETIME_MS = 15_811_200_000

/** What must be true of every code and token, told in the plainest way: everything that ever was, and whether it is over. */
export class OAuthModel {
  readonly codes: ModelCode[] = []
  readonly devices: ModelDevice[] = []
  readonly pairs: ModelPair[] = []
  /** Access tokens that were replaced, which nothing may bring back. */
  readonly replaced: string[] = []
  now: number

  constructor(now: number) {
    this.now = now
  }

  isGoodCode(code: ModelCode, as: number): boolean {
    return !code.isUsed && code.app === as && this.now < code.madeAt + CODE_LIFETIME_MS
  }

  isGoodAccess(pair: ModelPair): boolean {
    return !pair.isAccessOver && this.now < pair.accessExpiresAt
  }

  isGoodRefresh(pair: ModelPair, as: number): boolean {
    return !pair.isRefreshOver && pair.app === as && this.now < pair.refreshExpiresAt
  }

  /** What a device is answered: an error, or undefined for tokens. */
  poll(device: ModelDevice, as: number): string | undefined {
    if (device.isOver || device.app !== as) return 'incorrect_device_code'
    if (this.now >= device.startedAt + DEVICE_LIFETIME_MS) return 'expired_token'
    const isTooSoon = this.now - device.polledAt <= device.intervalMs
    device.polledAt = this.now
    if (isTooSoon) {
      device.intervalMs += 5_000
      return 'slow_down'
    }
    if (device.decision === undefined) return 'authorization_pending'
    if (device.decision === 'denied') return 'access_denied'
    device.isOver = true
    return undefined
  }

  isWaiting(device: ModelDevice): boolean {
    return !device.isOver && device.decision === undefined && this.now < device.startedAt + DEVICE_LIFETIME_MS
  }

  addPair(
    tokens: { readonly accessToken: string; readonly refreshToken: string },
    owner: { readonly app: number; readonly user: number; readonly device: boolean },
  ): void {
    this.pairs.push({
      ...tokens,
      ...owner,
      accessExpiresAt: this.now - (this.now % 1000) + ACCESS_LIFETIME_MS,
      refreshExpiresAt: this.now + REFRESH_LIFETIME_MS,
      isAccessOver: false,
      isRefreshOver: false,
    })
  }

  reset(pair: ModelPair, accessToken: string): void {
    this.replaced.push(pair.accessToken)
    pair.accessToken = accessToken
    pair.accessExpiresAt = this.now - (this.now % 1000) + ACCESS_LIFETIME_MS
  }

  end(pair: ModelPair): void {
    pair.isAccessOver = true
    pair.isRefreshOver = true
  }

  endAuthorization(app: number, user: number): void {
    for (const pair of this.pairs) if (pair.app === app && pair.user === user) this.end(pair)
    for (const code of this.codes) if (code.app === app && code.user === user) code.isUsed = true
    for (const device of this.devices)
      if (device.app === app && device.decision === user) device.isOver = true
  }
}
