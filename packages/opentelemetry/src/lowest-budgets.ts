import type { Budget, Clock } from '@hubauth/core'

/**
 * Keeps, of each app and resource, the installation that is nearest to its rate limit. One time series for each installation
 * would be as many as the app has customers.
 */
export class LowestBudgets {
  readonly #clock: Clock
  readonly #lowest = new Map<string, Budget>()

  constructor(clock: Clock) {
    this.#clock = clock
  }

  /** Every app and resource that was heard of. What was reset since is full. */
  *[Symbol.iterator](): Iterator<Budget> {
    for (const budget of this.#lowest.values())
      yield this.#isReset(budget) ? { ...budget, remaining: budget.limit } : budget
  }

  note(budget: Budget): void {
    const key = `${budget.resource} ${budget.app}`
    const lowest = this.#lowest.get(key)
    const isNews =
      lowest === undefined ||
      lowest.installationId === budget.installationId ||
      this.#isReset(lowest) ||
      shareOf(budget) < shareOf(lowest)
    if (isNews) this.#lowest.set(key, budget)
  }

  #isReset({ resetAt }: Budget): boolean {
    return resetAt <= this.#clock.now()
  }
}

function shareOf({ remaining, limit }: Budget): number {
  return remaining / Math.max(limit, 1)
}
