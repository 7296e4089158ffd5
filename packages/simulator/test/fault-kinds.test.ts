import { describe, expect, test } from 'vitest'
import type { Fault } from '../src/index.ts'
import { appJwt } from './support/app-jwt.ts'
import { call, mint, startTestGitHub, tokenFor } from './support/test-github.ts'

const MINT = '/app/installations/:installation_id/access_tokens'
const ALWAYS = { path: '/meta', times: 'always' } as const

async function statuses(
  github: Awaited<ReturnType<typeof startTestGitHub>>,
  requests: number,
): Promise<number[]> {
  const seen: number[] = []
  for (let request = 0; request < requests; request += 1) seen.push((await call(github, 'GET /meta')).status)
  return seen
}

describe('A fault with a probability', () => {
  test('hits the same requests in every run, others with another seed', async () => {
    const runs: string[] = []
    for (const seed of [7, 7, 8]) {
      const github = await startTestGitHub()
      github.fail({ ...ALWAYS, probability: 0.5, seed, response: { status: 503 } })
      runs.push((await statuses(github, 40)).join())
    }
    expect(runs[0]).toBe(runs[1])
    expect(runs[0]).not.toBe(runs[2])
    expect(runs[0]).toContain('200')
    expect(runs[0]).toContain('503')
  })

  test('follows from the seed of the simulator when it has none, and differs from its neighbours', async () => {
    const runs: string[] = []
    for (const faultSeed of [1, 1, 2]) {
      const github = await startTestGitHub({ faultSeed })
      github.fail({ path: '/nowhere' })
      github.fail({ ...ALWAYS, probability: 0.5, response: { status: 503 } })
      runs.push((await statuses(github, 40)).join())
    }
    expect(runs[0]).toBe(runs[1])
    expect(runs[0]).not.toBe(runs[2])
  })

  test('is not used up by the requests that it lets go by', async () => {
    const github = await startTestGitHub()
    const fault = github.fail({ path: '/meta', times: 3, probability: 0.2, response: { status: 503 } })
    const seen = await statuses(github, 60)
    expect(seen.filter((status) => status === 503)).toHaveLength(3)
    expect(fault.hits).toBe(3)
  })

  test('draws the same whatever older faults do to the requests', async () => {
    const hits: number[][] = []
    for (const older of [0, 20]) {
      const github = await startTestGitHub()
      if (older > 0) github.fail({ path: '/meta', times: older, response: { status: 500 } })
      github.fail({ ...ALWAYS, probability: 0.5, seed: 3, response: { status: 503 } })
      hits.push((await statuses(github, 40)).slice(20))
    }
    expect(hits[0]).toEqual(hits[1])
  })

  test.for([
    [0, 0],
    [1, 30],
  ] as const)('of %d hits %d of 30', async ([probability, expected]) => {
    const github = await startTestGitHub()
    const fault = github.fail({ ...ALWAYS, probability, response: { status: 503 } })
    await statuses(github, 30)
    expect(fault.hits).toBe(expected)
  })
})

describe('A fault by the name of an error', () => {
  test('has its status, its text and the page of the endpoint', async () => {
    const github = await startTestGitHub()
    github.fail({ route: MINT, error: 'PERMISSIONS_NOT_GRANTED' })
    const { status, json } = await mint(github, 'acme')
    expect([status, json]).toEqual([
      422,
      {
        message: 'The permissions requested are not granted to this installation.',
        documentation_url:
          'https://docs.github.com/rest/apps/apps#create-an-installation-access-token-for-an-app',
        status: '422',
      },
    ])
  })

  test('is filled in, with headers and another status', async () => {
    const github = await startTestGitHub()
    github.fail({
      error: 'RATE_LIMIT_EXCEEDED',
      values: { subject: 'user ID 1' },
      headers: { 'Retry-After': '7' },
      status: 429,
    })
    const { status, headers, json } = await call(github, 'GET /meta')
    expect([status, json.status, json.message, headers.get('retry-after')]).toEqual([
      429,
      '429',
      'API rate limit exceeded for user ID 1.',
      '7',
    ])
  })
})

describe('A fault can', () => {
  test('send half of the real answer under its true length, and what was asked for did happen', async () => {
    const github = await startTestGitHub()
    const path = `/app/installations/${github.installations[0]?.id}/access_tokens`
    github.fail({ route: MINT, response: 'truncate' })
    const response = await fetch(github.url + path, {
      method: 'POST',
      headers: { authorization: `Bearer ${appJwt(github)}` },
    })
    expect([response.status, Number(response.headers.get('content-length'))]).toEqual([
      201,
      expect.any(Number),
    ])
    const received: Uint8Array[] = []
    const reading = (async () => {
      for await (const chunk of response.body ?? []) received.push(chunk)
    })()
    await expect(reading).rejects.toThrow('terminated')
    const bytes = Buffer.concat(received)
    expect(bytes.length).toBe(Math.floor(Number(response.headers.get('content-length')) / 2))
    expect(bytes.toString()).toMatch(/^\{"token":"ghs_/)
    expect(github.mints).toBe(1)
    expect(github.requests).toMatchObject([{ status: 201 }])
    expect((await mint(github, 'acme')).status).toBe(201)
  })

  test('break off what git reads', async () => {
    const github = await startTestGitHub()
    const address = `${github.url}/acme/docs.git/info/refs?service=git-upload-pack`
    github.fail({ path: '/acme/docs.git/info/refs', response: 'truncate' })
    const response = await fetch(address)
    expect(response.status).toBe(200)
    await expect(response.text()).rejects.toThrow('terminated')
    expect(await (await fetch(address)).text()).toContain('refs/heads/main')
  })

  test('leave an answer whole that has no body to cut', async () => {
    const github = await startTestGitHub()
    const auth = await tokenFor(github, 'acme')
    github.fail({ path: '/installation/token', response: 'truncate' })
    expect((await call(github, 'DELETE /installation/token', { auth })).status).toBe(204)
  })

  test.for([
    [{}, 502, 'Bad Gateway'],
    [{ status: 503, headers: { 'retry-after': '9' } }, 503, 'Service Unavailable'],
  ] as const)('answer with a page of HTML: %j', async ([more, status, reason]) => {
    const github = await startTestGitHub()
    github.fail({ response: 'html', ...more })
    const answer = await call(github, 'GET /app')
    expect([answer.status, answer.headers.get('content-type')]).toEqual([status, 'text/html; charset=utf-8'])
    expect(answer.json).toContain(`<title>${status} ${reason}</title>`)
    expect(answer.headers.get('retry-after')).toBe(status === 503 ? '9' : null)
  })

  test('be slow by a time that its seed decides', async () => {
    const github = await startTestGitHub()
    github.fail({ path: '/meta', times: 2, delayMs: { minMs: 20, maxMs: 30 } })
    const startedAt = performance.now()
    expect(await statuses(github, 2)).toEqual([200, 200])
    expect(performance.now() - startedAt).toBeGreaterThanOrEqual(39)
  })
})

describe('The faults of a simulator', () => {
  test('can be looked at, with what they hit and what they still will', async () => {
    const github = await startTestGitHub()
    github.fail({ path: '/meta', response: { status: 500 } })
    github.fail({ path: '/meta', after: 1, times: 3, response: { status: 503 } })
    github.fail({ ...ALWAYS, method: 'PUT' })
    await statuses(github, 2)
    expect(github.faults).toMatchObject([
      { id: 1, hits: 1, remaining: 0, fault: { path: '/meta', response: { status: 500 } } },
      { id: 2, hits: 1, remaining: 2 },
      { id: 3, hits: 0, remaining: Number.POSITIVE_INFINITY },
    ])
  })

  test('can be taken away, one or all', async () => {
    const github = await startTestGitHub()
    for (const status of [500, 502, 503]) github.fail({ ...ALWAYS, response: { status } })
    expect([github.removeFault(1), github.removeFault(1), github.removeFault(9)]).toEqual([
      true,
      false,
      false,
    ])
    expect(await statuses(github, 1)).toEqual([502])
    github.clearFaults()
    expect(github.faults).toEqual([])
    expect(await statuses(github, 1)).toEqual([200])
  })

  test('are remembered when they are spent, the newest thousand of them', async () => {
    const github = await startTestGitHub()
    for (let fault = 0; fault < 1_050; fault += 1) github.fail({ path: '/meta', response: { status: 503 } })
    await statuses(github, 1_050)
    expect([github.faults.length, github.faults[0]?.id, github.faults.at(-1)?.id]).toEqual([1_000, 51, 1_050])
  }, 60_000)

  test('are ten thousand at most', async () => {
    const github = await startTestGitHub()
    for (let fault = 0; fault < 10_000; fault += 1) github.fail({ path: '/nowhere' })
    expect(() => github.fail({})).toThrow('There are 10000 faults in place already')
  })

  test('are what was given, whatever the caller does to it afterwards', async () => {
    const github = await startTestGitHub()
    const fault = { path: '/meta', error: 'BAD_CREDENTIALS' as const, times: 1 }
    github.fail(fault)
    fault.path = '/app'
    expect(await statuses(github, 2)).toEqual([401, 200])
  })
})

describe('A fault that makes no sense is refused by the name of its field', () => {
  const faults: [string, unknown][] = [
    ['fault.times must be a positive integer, not 0', { times: 0 }],
    ['fault.times must be always, not "often"', { times: 'often' }],
    ['fault.after must be an integer of at least 0, not -1', { after: -1 }],
    ['fault.times must be a positive integer, not 1.5', { times: 1.5 }],
    ['fault.probability must be a number from 0 to 1, not 1.5', { probability: 1.5 }],
    ['fault.probability must be a number from 0 to 1, not NaN', { probability: Number.NaN }],
    ['fault.seed must be an integer from 0 to 4294967295, not -1', { seed: -1 }],
    ['fault.delayMs must be a number of milliseconds from 0 to 2147483647, not -1', { delayMs: -1 }],
    ['fault.delayMs.maxMs must not be less than fault.delayMs.minMs', { delayMs: { minMs: 2, maxMs: 1 } }],
    ['fault.delayMs.maxMs is missing', { delayMs: { minMs: 2 } }],
    ['fault.error must be one of JWT_UNDECODABLE', { error: 'NOPE' }],
    ['fault.error must be one of JWT_UNDECODABLE', { error: 'toString' }],
    [
      'fault.mode: no such failure mode; did you mean "secondary-rate-limit"?',
      { mode: 'secondary-ratelimit' },
    ],
    [
      'fault.mode: suspended-at-mint is no fault of single requests; change the state instead: suspend(installationId)',
      { mode: 'suspended-at-mint' },
    ],
    ['fault: give one of mode and error, not both', { mode: 'server-outage', error: 'NOT_FOUND' }],
    ['fault: give one of error and response, not both', { error: 'NOT_FOUND', response: 'reset' }],
    ['fault.values fills in the text of a mode or an error: give one', { values: { a: 'b' } }],
    ['fault.headers and fault.status belong to a mode, an error or html', { status: 503 }],
    ['fault.status must be an integer from 200 to 599, not 99', { error: 'NOT_FOUND', status: 99 }],
    ['fault.response must be one of reset, hang, truncate, html, not "boom"', { response: 'boom' }],
    ['fault.response.status is missing', { response: {} }],
    ['fault.response.body must be an object or a string, not 5', { response: { status: 200, body: 5 } }],
    [
      'fault.response.headers: "a b" is not a header name',
      { response: { status: 200, headers: { 'a b': 'c' } } },
    ],
    ['fault.headers.x: "a\\r\\nb" is not a header value', { error: 'NOT_FOUND', headers: { x: 'a\r\nb' } }],
    ['fault.path.pattern: "(" is not a regular expression', { path: { pattern: '(' } }],
    [
      'fault.route: the simulator has no endpoint "/app/instalations"; did you mean "/app/installations"?',
      { route: '/app/instalations' },
    ],
    [
      'fault.route: the simulator has no endpoint "/repos/{owner}/{repo}/pulls/{number}/merge"',
      { route: '/repos/{owner}/{repo}/pulls/{number}/merge' },
    ],
    ['fault.routes: no such option; did you mean "route"?', { routes: '/meta' }],
    ['fault.__proto__: no such option', JSON.parse('{"__proto__": {"status": 500}}')],
    ['fault must be an object, not null', null],
  ]

  test.for(faults)('%s', async ([message, fault]) => {
    const github = await startTestGitHub()
    // What a caller without types can pass.
    const fail: (fault: never) => unknown = github.fail
    expect(() => fail(fault as never)).toThrow(TypeError)
    expect(() => fail(fault as never)).toThrow(message)
    expect(github.faults).toEqual([])
  })

  test('and a pattern with state matches every time', async () => {
    const github = await startTestGitHub()
    const fault: Fault = { path: /^\/meta/g, times: 'always', response: { status: 503 } }
    github.fail(fault)
    github.fail({ path: { pattern: '^/ze' }, response: { status: 500 } })
    expect(await statuses(github, 3)).toEqual([503, 503, 503])
    expect((await call(github, 'GET /zen')).status).toBe(500)
  })
})
