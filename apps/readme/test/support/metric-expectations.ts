import { expect, vi } from 'vitest'
import { type Call, counter, type Expectation, handlesDeliveries, MINT } from './expectations.ts'

const LIMIT = { timeout: 20_000 }
const ONE_MINT = /^hubauth_token_mint_duration_count\{[^}]*\} 1$/m

/** Gets a token with its key, makes a call with it, and exposes both as metrics where its exporter listens. */
export function exposesMetrics(call: Call): Expectation {
  return async (example, github) => {
    const counts = [MINT, call].map((one) => counter(github, one))
    const url = await example.url()
    await vi.waitFor(async () => {
      const metrics = await scrape(url)
      expect(metrics, example.output).toMatch(ONE_MINT)
      for (const { method, status } of [MINT, call]) expect(metrics).toMatch(requests(method, status))
    }, LIMIT)
    expect(counts.map((count) => count())).toEqual([1, 1])
    expect(example.output).toBe('')
  }
}

/** Handles deliveries (see {@link handlesDeliveries}), and exposes them as metrics. */
export function handlesAndExposes(path: string, call: Call): Expectation {
  return async (example, github) => {
    await handlesDeliveries(path, call)(example, github)
    const metrics = await scrape(await example.url())
    expect(metrics).toMatch(ONE_MINT)
    for (const outcome of ['handled', 'duplicate', 'refused'])
      expect(metrics).toMatch(new RegExp(`^hubauth_delivery_duration_count\\{.*"${outcome}".*\\} [1-9]`, 'm'))
  }
}

function requests(method: string, status: number): RegExp {
  return new RegExp(`^http_client_request_duration_count\\{.*"${method}".*"${status}".*\\} 1$`, 'm')
}

/** What Prometheus gets. */
async function scrape(url: string): Promise<string> {
  const response = await fetch(`${url}/metrics`)
  expect(response.status).toBe(200)
  return await response.text()
}
