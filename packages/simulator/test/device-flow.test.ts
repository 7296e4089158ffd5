import { describe, expect, test } from 'vitest'
import type { Simulator } from '../src/index.ts'
import { exchange, startOAuthGitHub } from './support/oauth.ts'
import { call } from './support/test-github.ts'
import { open, post, press } from './support/web-pages.ts'

const GRANT = 'urn:ietf:params:oauth:grant-type:device_code'

interface Device {
  readonly device_code: string
  readonly user_code: string
}

async function start(github: Simulator): Promise<Device> {
  const response = await fetch(`${github.url}/login/device/code`, {
    method: 'POST',
    headers: { accept: 'application/json' },
    body: new URLSearchParams({ client_id: github.app.clientId }),
  })
  return JSON.parse(await response.text())
}

/** Asks as a device does: without a secret. */
function poll(
  github: Simulator,
  device: string,
  more: Readonly<Record<string, string>> = {},
): Promise<Readonly<Record<string, unknown>>> {
  return exchange(github, { client_secret: '', grant_type: GRANT, device_code: device, ...more })
}

describe('A device', () => {
  test('gets its codes, their lifetime, and how often it may ask', async () => {
    const github = await startOAuthGitHub()
    expect(await start(github)).toEqual({
      device_code: expect.stringMatching(/^[\da-f]{40}$/),
      user_code: expect.stringMatching(/^[\dA-F]{4}-[\dA-F]{4}$/),
      verification_uri: `${github.url}/login/device`,
      expires_in: 900,
      interval: 5,
    })
  })

  test('waits, gets tokens once its user allowed it, and nothing after that', async () => {
    const github = await startOAuthGitHub()
    const { device_code: device, user_code: userCode } = await start(github)
    expect(await poll(github, device)).toEqual({
      error: 'authorization_pending',
      error_description: 'The authorization request is still pending.',
      error_uri:
        'https://docs.github.com/developers/apps/authorizing-oauth-apps#error-codes-for-the-device-flow',
    })
    github.approveDevice(userCode.toLowerCase().replace('-', ''), 'octocat')
    github.advance(5_001)
    const answer = await poll(github, device)
    const { json } = await call(github, 'GET /user', { auth: String(answer.access_token) })
    expect(json.login).toBe('octocat')
    github.advance(6_000)
    expect(await poll(github, device)).toMatchObject({ error: 'incorrect_device_code' })
  })

  test('refreshes its tokens without a secret', async () => {
    const github = await startOAuthGitHub()
    const { device_code: device, user_code: userCode } = await start(github)
    github.approveDevice(userCode, 'octocat')
    const refresh = async (answer: Readonly<Record<string, unknown>>) =>
      exchange(github, {
        client_secret: '',
        grant_type: 'refresh_token',
        refresh_token: String(answer.refresh_token),
      })
    const second = await refresh(await poll(github, device))
    expect(await refresh(second)).toHaveProperty('access_token')
  })

  test('that asks at its interval, or sooner, has to wait five seconds longer each time', async () => {
    const github = await startOAuthGitHub()
    const { device_code: device } = await start(github)
    await poll(github, device)
    github.advance(5_000)
    expect(await poll(github, device)).toMatchObject({ error: 'slow_down', interval: 10 })
    github.advance(10_000)
    expect(await poll(github, device)).toMatchObject({
      error: 'slow_down',
      error_description: 'Too many requests have been made in the same timeframe.',
      interval: 15,
    })
    github.advance(15_001)
    expect(await poll(github, device)).toMatchObject({ error: 'authorization_pending' })
  })

  test('that was allowed gets its tokens no sooner for asking too often', async () => {
    const github = await startOAuthGitHub()
    const { device_code: device, user_code: userCode } = await start(github)
    await poll(github, device)
    github.approveDevice(userCode, 'octocat')
    expect(await poll(github, device)).toMatchObject({ error: 'slow_down' })
    github.advance(10_001)
    expect(await poll(github, device)).toHaveProperty('access_token')
  })

  test('learns that its user refused, for good', async () => {
    const github = await startOAuthGitHub()
    const { device_code: device, user_code: userCode } = await start(github)
    github.denyDevice(userCode)
    expect(await poll(github, device)).toMatchObject({ error: 'access_denied' })
    expect(() => github.approveDevice(userCode, 'octocat')).toThrow(TypeError)
    github.advance(6_000)
    expect(await poll(github, device)).toMatchObject({ error: 'access_denied' })
  })

  test('has fifteen minutes, whatever its user decided', async () => {
    const github = await startOAuthGitHub()
    const { device_code: device, user_code: userCode } = await start(github)
    github.approveDevice(userCode, 'octocat')
    github.advance(900_000)
    expect(await poll(github, device)).toMatchObject({ error: 'expired_token' })
    const [late, inTime] = [await start(github), await start(github)]
    github.advance(899_999)
    github.approveDevice(inTime.user_code, 'octocat')
    expect(await poll(github, inTime.device_code)).toHaveProperty('access_token')
    github.advance(1)
    expect(() => github.approveDevice(late.user_code, 'octocat')).toThrow(TypeError)
  })

  test('gets nothing with the code of another app, and leaves it good', async () => {
    const github = await startOAuthGitHub()
    const { device_code: device, user_code: userCode } = await start(github)
    github.approveDevice(userCode, 'octocat')
    const other = { client_id: github.apps[1]?.clientId ?? '' }
    expect(await poll(github, device, other)).toMatchObject({ error: 'incorrect_device_code' })
    expect(await poll(github, 'nope')).toMatchObject({ error: 'incorrect_device_code' })
    expect(await poll(github, device)).toHaveProperty('access_token')
  })

  test('gets nothing when the authorization is taken back before it asks', async () => {
    const github = await startOAuthGitHub()
    const { device_code: device, user_code: userCode } = await start(github)
    github.approveDevice(userCode, 'octocat')
    github.revokeAuthorization('octocat')
    expect(await poll(github, device)).toMatchObject({ error: 'incorrect_device_code' })
  })

  test('of an app without the device flow is refused, with the status that GitHub has for it', async () => {
    const github = await startOAuthGitHub({ app: { deviceFlow: false } })
    const response = await fetch(`${github.url}/login/device/code`, {
      method: 'POST',
      headers: { accept: 'application/json' },
      body: new URLSearchParams({ client_id: github.app.clientId }),
    })
    expect([response.status, JSON.parse(await response.text())]).toEqual([
      400,
      {
        error: 'device_flow_disabled',
        error_description: 'Device Flow must be explicitly enabled for this App',
        error_uri: 'https://docs.github.com',
      },
    ])
    expect(await poll(github, 'x')).toMatchObject({ error: 'device_flow_disabled' })
  })
})

describe('The page for devices', () => {
  test('takes the code in any case, asks the user, and lets the device in', async () => {
    const github = await startOAuthGitHub()
    github.signIn('octocat')
    const { device_code: device, user_code: userCode } = await start(github)
    expect((await open(github, '/login/device')).text).toContain('name="user_code"')
    const confirm = await post(github, '/login/device', { user_code: ` ${userCode.toLowerCase()} ` })
    expect(confirm.text).toContain('hubauth-test-app')
    expect((await press(github, confirm, { authorize: '1' })).status).toBe(200)
    expect((await press(github, confirm, { authorize: '1' })).status).toBe(422)
    expect(await poll(github, device)).toHaveProperty('access_token')
  })

  test('lets the user refuse', async () => {
    const github = await startOAuthGitHub()
    const { device_code: device, user_code: userCode } = await start(github)
    const confirm = await post(github, '/login/device', { user_code: userCode })
    await press(github, confirm, { authorize: '0', login: 'octocat' })
    expect(await poll(github, device)).toMatchObject({ error: 'access_denied' })
  })

  test('does not know a code that is wrong, used or expired', async () => {
    const github = await startOAuthGitHub()
    const { user_code: userCode } = await start(github)
    for (const wrong of ['', 'AAAA-AAAA', `${userCode}0`, 'x'.repeat(100_000)])
      expect((await post(github, '/login/device', { user_code: wrong })).status).toBe(422)
    github.denyDevice(userCode)
    expect((await post(github, '/login/device', { user_code: userCode })).status).toBe(422)
  })

  test('does not decide twice, nor after the code expired', async () => {
    const github = await startOAuthGitHub()
    const { user_code: userCode } = await start(github)
    const pages = [
      await post(github, '/login/device', { user_code: userCode }),
      await post(github, '/login/device', { user_code: userCode }),
    ] as const
    expect((await press(github, pages[0], { authorize: '0', login: 'octocat' })).status).toBe(200)
    expect((await press(github, pages[1], { authorize: '1', login: 'octocat' })).status).toBe(422)
    const late = await post(github, '/login/device', { user_code: (await start(github)).user_code })
    github.advance(900_000)
    expect((await press(github, late, { authorize: '1', login: 'octocat' })).status).toBe(422)
  })
})
