import { randomBytes } from 'node:crypto'
import type { Account, App } from '../entities.ts'

/** How long a device waits for its user at most. */
export const DEVICE_CODE_LIFETIME_MS = 900_000
const FIRST_INTERVAL_MS = 5_000
const SLOW_DOWN_MS = 5_000
/** When more devices wait, the oldest are forgotten. */
const MAX_DEVICES = 1_000

/** A device that waits for its user. */
export interface DeviceCode {
  readonly app: App
  /** 40 characters, known to the device. */
  readonly deviceCode: string
  /** `XXXX-XXXX`, known to the user. */
  readonly userCode: string
  readonly expiresAt: number
  /** The device has to wait longer than this between two questions. */
  intervalMs: number
  lastPolledAt: number
  /** Undefined while the user has not decided. */
  decision: Account | 'denied' | undefined
}

/** The devices that wait, found by either of their codes. Expired ones are kept a while, to be told so. */
export class DeviceCodes {
  readonly #byDeviceCode = new Map<string, DeviceCode>()
  readonly #byUserCode = new Map<string, DeviceCode>()

  add(app: App, now: number): DeviceCode {
    const device: DeviceCode = {
      app,
      deviceCode: randomBytes(20).toString('hex'),
      userCode: this.#freeUserCode(),
      expiresAt: now + DEVICE_CODE_LIFETIME_MS,
      intervalMs: FIRST_INTERVAL_MS,
      lastPolledAt: Number.NEGATIVE_INFINITY,
      decision: undefined,
    }
    this.#byDeviceCode.set(device.deviceCode, device)
    this.#byUserCode.set(device.userCode, device)
    for (const oldest of this.#byDeviceCode.values()) {
      if (this.#byDeviceCode.size <= MAX_DEVICES) break
      this.remove(oldest)
    }
    return device
  }

  find(deviceCode: string): DeviceCode | undefined {
    return this.#byDeviceCode.get(deviceCode)
  }

  /** The device that waits for a decision under the code, however the user typed it. */
  findWaiting(userCode: string, now: number): DeviceCode | undefined {
    const typed = userCode.replace(/[\s-]/g, '').toUpperCase()
    const device = this.#byUserCode.get(`${typed.slice(0, 4)}-${typed.slice(4)}`)
    return device !== undefined && device.decision === undefined && now < device.expiresAt
      ? device
      : undefined
  }

  /** Notes that a device asked. Returns whether it asked too soon, which makes its interval longer. */
  poll(device: DeviceCode, now: number): 'in time' | 'too soon' {
    // GitHub wants more than the interval, not just as much: octokit/auth-oauth-device.js#334.
    const tooSoon = now - device.lastPolledAt <= device.intervalMs
    device.lastPolledAt = now
    if (tooSoon) device.intervalMs += SLOW_DOWN_MS
    return tooSoon ? 'too soon' : 'in time'
  }

  remove(device: DeviceCode): void {
    this.#byDeviceCode.delete(device.deviceCode)
    this.#byUserCode.delete(device.userCode)
  }

  /** Takes back what a user allowed and no device has fetched yet. */
  revokeAll(app: App, user: Account): void {
    for (const device of this.#byDeviceCode.values())
      if (device.app === app && device.decision === user) this.remove(device)
  }

  #freeUserCode(): string {
    const digits = randomBytes(4).toString('hex').toUpperCase()
    const code = `${digits.slice(0, 4)}-${digits.slice(4)}`
    return this.#byUserCode.has(code) ? this.#freeUserCode() : code
  }
}
