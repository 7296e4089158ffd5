/**
 * How long GitHub's servers take to agree, in simulated milliseconds. Nothing lags unless told so.
 *
 * @see https://github.com/octokit/auth-app.js/issues/65 tokens; https://github.com/octokit/auth-app.js/issues/589 permissions
 */
export interface ReplicationLag {
  /** A new installation access token is `Bad credentials` for this long. Default 0. */
  readonly tokenMs?: number
  /** After that, its permissions are not known for this long: `Resource not accessible by integration`. Default 0. */
  readonly permissionsMs?: number
  /** A new key of an app is not known for this long. Default 0. */
  readonly keyMs?: number
}

/** The lag that things made from now on have. */
export class Replication {
  #lag: Required<ReplicationLag> = checked({})

  /** @throws {TypeError} naming the number that is negative or none. */
  set(lag: ReplicationLag): void {
    this.#lag = checked(lag)
  }

  get lag(): Required<ReplicationLag> {
    return this.#lag
  }
}

/**
 * From when on something made now is known, in epoch milliseconds. What does not lag is known always, also to a clock that
 * is moved back.
 */
export function knownFrom(now: number, lagMs: number): number {
  return lagMs === 0 ? Number.NEGATIVE_INFINITY : now + lagMs
}

function checked({ tokenMs = 0, permissionsMs = 0, keyMs = 0 }: ReplicationLag): Required<ReplicationLag> {
  for (const [name, value] of Object.entries({ tokenMs, permissionsMs, keyMs })) {
    if (!Number.isFinite(value) || value < 0)
      throw new TypeError(`replicationLag.${name} must be a number of milliseconds, 0 or more`)
  }
  return { tokenMs, permissionsMs, keyMs }
}
