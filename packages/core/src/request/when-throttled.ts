/**
 * What a fetch does when GitHub would refuse it for its rate, or did
 * (https://docs.github.com/rest/using-the-rest-api/rate-limits-for-the-rest-api).
 *
 * `send`: it is sent. A refusal is waited for within `retryBudgetMs`, and then handed over like any answer.
 *
 * `wait`: it is not sent before GitHub takes it, and sent again after a refusal, however long that takes: an hour, or as
 * long as the caller's signal allows. When many wait for the same moment, they start within five seconds after it.
 *
 * `fail`: it is not sent, and it rejects with `THROTTLED` and `details.retryAt`; so does one that GitHub refuses.
 *
 * With `wait` and `fail`, requests under way count as used: of a thousand at once, no more are sent than remain. What
 * remains is known from the last answer for the installation and the resource, which is guessed from the path (`core`,
 * `search`, `code_search`, `graphql`). Neither can help where GitHub says it with status 200, as GraphQL may, nor send a
 * stream again: there the refusal is the answer.
 */
export type WhenThrottled = 'send' | 'wait' | 'fail'

/** @throws {TypeError} For anything else. */
export function checkedWhenThrottled(value: WhenThrottled = 'send'): WhenThrottled {
  if (value === 'send' || value === 'wait' || value === 'fail') return value
  throw new TypeError("whenThrottled: expected 'send', 'wait' or 'fail'.")
}
