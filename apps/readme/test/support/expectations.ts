import type { Simulator } from '@hubauth/simulator'
import { expect } from 'vitest'
import { deliveryOf, type EventName, refusesForgeries } from './deliveries.ts'
import type { RunningExample } from './run-example.ts'

/** What an example must do, once it is started. */
export type Expectation = (example: RunningExample, github: Simulator) => Promise<void>

/** A call of GitHub's API, by its route. */
export interface Call {
  readonly method: string
  readonly route: string
  /** What GitHub answers. */
  readonly status: number
}

/** How an app gets a token. */
export const MINT: Call = {
  method: 'POST',
  route: '/app/installations/:installation_id/access_tokens',
  status: 201,
}

/** Counts the calls that GitHub hears from now on. */
export function counter(github: Simulator, call: Call): () => number {
  const before = github.count(call)
  return () => github.count(call) - before
}

/** Handles a delivery, once, by a call of GitHub as the installation; refuses every forged one. */
export function handlesDeliveries(path: string, call: Call): Expectation {
  return async (example, github) => {
    const url = (await example.url()) + path
    const calls = counter(github, call)
    const delivery = deliveryOf('issues')
    const response = await fetch(url, delivery)
    expect([response.status, await response.json()], example.output).toEqual([200, { status: 'handled' }])
    expect(calls(), example.output).toBe(1)
    await refusesForgeries(url)
    expect(await (await fetch(url, delivery)).json()).toEqual({ status: 'duplicate' })
    expect(calls()).toBe(1)
  }
}

/** Handles a delivery, and prints something of it; refuses every forged one. */
export function printsDeliveries(path: string, event: EventName, text: RegExp): Expectation {
  return async (example) => {
    const url = (await example.url()) + path
    const response = await fetch(url, deliveryOf(event))
    expect([response.status, await response.json()], example.output).toEqual([200, { status: 'handled' }])
    await example.printed(text)
    await refusesForgeries(url)
  }
}

/** Verifies a delivery, and answers it with `status` and `body` by a route of its own; refuses every forged one. */
export function answersDeliveries(path: string, status: number, body: unknown): Expectation {
  return async (example) => {
    const url = (await example.url()) + path
    const response = await fetch(url, deliveryOf('issues'))
    expect([response.status, await response.json()], example.output).toEqual([status, body])
    await refusesForgeries(url)
  }
}

/** Takes deliveries, and has no handler for them; refuses every forged one. */
export function ignoresDeliveries(path: string): Expectation {
  return answersDeliveries(path, 200, { status: 'ignored' })
}

/** Gets a token with its key, makes a call with it and prints 200, and verifies deliveries by its webhook secret. */
export function actsAndVerifies(call: Call): Expectation {
  return async (example, github) => {
    const counts = [MINT, call].map((one) => counter(github, one))
    await example.printed(/^200$/m)
    expect(counts.map((count) => count())).toEqual([1, 1])
    await ignoresDeliveries('/')(example, github)
  }
}

/** Answers a GET of `path` with `status` and a body that has at least this. */
export function answers(path: string, status: number, body: object): Expectation {
  return async (example) => {
    const response = await fetch((await example.url()) + path)
    expect([response.status, await response.json()], example.output).toMatchObject([status, body])
  }
}

/** Says at once that a parser consumed the body. */
export function saysConsumed(path: string): Expectation {
  return async (example) => {
    const response = await fetch((await example.url()) + path, deliveryOf('issues'))
    const answer = await response.json()
    expect([response.status, answer], example.output).toMatchObject([
      500,
      { error: { code: 'WEBHOOK_BODY_CONSUMED' } },
    ])
  }
}

/** A route that acts as an installation for those who may. */
export interface ActingRoute {
  /** The path for `acme`, on which the app is installed. */
  readonly path: string
  /** What tells that the caller is the user `octocat`, a member of `acme`. */
  readonly headers: (github: Simulator) => Readonly<Record<string, string>>
}

/** Refuses strangers with 403 before anything is minted, and lists `acme/api` for `octocat`. */
export function actsForMembers({ path, headers }: ActingRoute): Expectation {
  return async (example, github) => {
    const url = await example.url()
    const mints = counter(github, MINT)
    expect((await fetch(url + path)).status, example.output).toBe(403)
    const member = headers(github)
    expect((await fetch(url + path.replace('acme', 'globex'), { headers: member })).status).toBe(403)
    expect(mints()).toBe(0)
    const response = await fetch(url + path, { headers: member })
    expect([response.status, await response.json()], example.output).toMatchObject([
      200,
      { repositories: [{ full_name: 'acme/api' }] },
    ])
    expect(mints()).toBe(1)
  }
}

/** Runs to its end, prints what `output` describes, and makes these calls. */
export function ends(output: RegExp, ...calls: readonly Call[]): Expectation {
  return async (example, github) => {
    const counts = calls.map((call) => counter(github, call))
    const ended = await example.ended
    expect(ended).toEqual({ status: 0, output: expect.stringMatching(output) })
    expect(calls.filter((_, index) => counts[index]?.() === 0)).toEqual([])
  }
}

/** Gets a token with its key, makes a call with it, and ends, having printed nothing else than what `output` describes. */
export function actsOnce(call: Call, output: RegExp = /^$/): Expectation {
  return ends(output, MINT, call)
}

/** Prints what `output` describes, and runs until it gets a SIGTERM, which it ends for with success. */
export function runsUntilTerminated(output: RegExp): Expectation {
  return async (example) => {
    await example.printed(output)
    example.kill('SIGTERM')
    expect((await example.ended).status).toBe(0)
  }
}
