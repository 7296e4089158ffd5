import { createHash } from 'node:crypto'
import type { Simulator } from '../../src/index.ts'
import { exchange } from '../support/oauth.ts'
import { call } from '../support/test-github.ts'
import { open, press } from '../support/web-pages.ts'
import type { ModelPair, OAuthModel } from './oauth-model.ts'
import type { OAuthStep } from './oauth-story.ts'

export const USERS = ['octocat', 'hubot', 'stranger'] as const
const DEVICE_GRANT = 'urn:ietf:params:oauth:grant-type:device_code'

type Answer = Readonly<Record<string, unknown>>
type Step<Kind> = Extract<OAuthStep, { readonly kind: Kind }>

/** Takes one step in the simulator and in the model. @throws {Error} when they differ. */
export async function takeStep(github: Simulator, model: OAuthModel, step: OAuthStep): Promise<void> {
  switch (step.kind) {
    case 'allow in the browser':
      return allow(github, model, step)
    case 'start a device':
      return startDevice(github, model, step)
    case 'decide a device':
      return decideDevice(github, model, step)
    case 'poll':
      return poll(github, model, step)
    case 'exchange':
      return exchangeCode(github, model, step)
    case 'refresh':
      return refresh(github, model, step)
    case 'end authorization': {
      const [app, user] = [step.app % 2, step.user % USERS.length]
      github.revokeAuthorization(USERS[user] ?? '', { app: github.apps[app]?.slug ?? '' })
      model.endAuthorization(app, user)
      return
    }
    case 'advance':
      github.advance(step.ms)
      model.now += step.ms
      return
    default:
      return change(github, model, step)
  }
}

/** Tries every token that ever was. @throws {Error} when one is good that must not be, or the other way round. */
export async function judgeTokens(github: Simulator, model: OAuthModel): Promise<void> {
  for (const pair of model.pairs) {
    const { status, json } = await call(github, 'GET /user', { auth: pair.accessToken })
    const wanted = model.isGoodAccess(pair) ? USERS[pair.user] : 401
    expectSame('access token', status === 200 ? json.login : status, wanted)
  }
  for (const token of model.replaced)
    expectSame('replaced token', (await call(github, 'GET /user', { auth: token })).status, 401)
}

async function allow(
  github: Simulator,
  model: OAuthModel,
  step: Step<'allow in the browser'>,
): Promise<void> {
  const [app, user] = [step.app % 2, step.user % USERS.length]
  const verifier = step.challenge ? `verifier-${model.codes.length}`.padEnd(43, 'x') : undefined
  const challenge =
    verifier === undefined ? undefined : createHash('sha256').update(verifier).digest('base64url')
  const query = new URLSearchParams({ client_id: github.apps[app]?.clientId ?? '' })
  if (challenge !== undefined) query.set('code_challenge', challenge)
  if (challenge !== undefined) query.set('code_challenge_method', 'S256')
  const page = await open(github, `/login/oauth/authorize?${query}`)
  const { location } = await press(github, page, { authorize: '1', login: USERS[user] ?? '' })
  const value = location?.searchParams.get('code') ?? ''
  model.codes.push({ value, app, user, verifier, madeAt: model.now, isUsed: false })
}

async function startDevice(
  github: Simulator,
  model: OAuthModel,
  step: Step<'start a device'>,
): Promise<void> {
  const app = step.app % 2
  const response = await fetch(`${github.url}/login/device/code`, {
    method: 'POST',
    headers: { accept: 'application/json' },
    body: new URLSearchParams({ client_id: github.apps[app]?.clientId ?? '' }),
  })
  const { device_code: deviceCode, user_code: userCode } = JSON.parse(await response.text())
  model.devices.push({
    ...{ deviceCode, userCode, app, startedAt: model.now, intervalMs: 5_000 },
    ...{ polledAt: Number.NEGATIVE_INFINITY, decision: undefined, isOver: false },
  })
}

function decideDevice(github: Simulator, model: OAuthModel, step: Step<'decide a device'>): void {
  const device = picked(model.devices, step.device)
  if (device === undefined) return
  const user = step.user % USERS.length
  const accepted = model.isWaiting(device)
  expectSame(
    'decision',
    succeeds(() => decide(github, device.userCode, step.allowed ? user : 'denied')),
    accepted,
  )
  if (accepted) device.decision = step.allowed ? user : 'denied'
}

function decide(github: Simulator, userCode: string, decision: number | 'denied'): void {
  if (decision === 'denied') github.denyDevice(userCode)
  else github.approveDevice(userCode, USERS[decision] ?? '')
}

async function poll(github: Simulator, model: OAuthModel, step: Step<'poll'>): Promise<void> {
  const device = picked(model.devices, step.device)
  if (device === undefined) return
  const as = step.as % 2
  const parameters = { grant_type: DEVICE_GRANT, device_code: device.deviceCode }
  const answer = await ask(github, { as, secret: false }, parameters)
  expectSame('poll', answer.error, model.poll(device, as))
  if (answer.error === undefined && typeof device.decision === 'number')
    model.addPair(tokensIn(answer), { app: as, user: device.decision, device: true })
}

async function exchangeCode(github: Simulator, model: OAuthModel, step: Step<'exchange'>): Promise<void> {
  const code = picked(model.codes, step.code)
  if (code === undefined) return
  const as = step.as % 2
  const verifier =
    step.verifier === 'right' ? code.verifier : step.verifier === 'wrong' ? 'w'.repeat(43) : undefined
  const wins = model.isGoodCode(code, as) && (code.verifier === undefined || verifier === code.verifier)
  if (model.isGoodCode(code, as)) code.isUsed = true
  const parameters = { code: code.value, ...(verifier === undefined ? {} : { code_verifier: verifier }) }
  const answers = await atOnce(step.clients, () => ask(github, { as, secret: true }, parameters))
  for (const answer of winners(answers, wins ? 1 : 0))
    model.addPair(tokensIn(answer), { app: as, user: code.user, device: false })
}

async function refresh(github: Simulator, model: OAuthModel, step: Step<'refresh'>): Promise<void> {
  const pair = picked(model.pairs, step.token)
  if (pair === undefined) return
  const as = step.as % 2
  const wins = model.isGoodRefresh(pair, as) && (step.secret || pair.device)
  const parameters = { grant_type: 'refresh_token', refresh_token: pair.refreshToken }
  const answers = await atOnce(step.clients, () => ask(github, { as, secret: step.secret }, parameters))
  if (wins) model.end(pair)
  for (const answer of winners(answers, wins ? 1 : 0))
    model.addPair(tokensIn(answer), { app: as, user: pair.user, device: pair.device })
}

async function change(
  github: Simulator,
  model: OAuthModel,
  step: Step<'reset' | 'delete' | 'revoke credential'>,
): Promise<void> {
  const pair = picked(model.pairs, step.token)
  if (pair === undefined) return
  if (step.kind === 'revoke credential') {
    await call(github, 'POST /credentials/revoke', { body: { credentials: [pair.accessToken] } })
    if (model.isGoodAccess(pair)) model.end(pair)
    return
  }
  const as = step.as % 2
  const works = model.isGoodAccess(pair) && pair.app === as
  const { status, json } = await asClient(
    github,
    { as, method: step.kind === 'reset' ? 'PATCH' : 'DELETE' },
    pair,
  )
  expectSame(step.kind, status, works ? (step.kind === 'reset' ? 200 : 204) : 404)
  if (works && step.kind === 'reset') model.reset(pair, json.token)
  if (works && step.kind === 'delete') model.end(pair)
}

function asClient(
  github: Simulator,
  { as, method }: { readonly as: number; readonly method: string },
  { accessToken }: ModelPair,
): ReturnType<typeof call> {
  const { clientId, clientSecret } = github.apps[as] ?? github.app
  const authorization = `Basic ${Buffer.from(`${clientId}:${clientSecret}`).toString('base64')}`
  const body = { access_token: accessToken }
  return call(github, `${method} /applications/${clientId}/token`, { headers: { authorization }, body })
}

function ask(
  github: Simulator,
  { as, secret }: { readonly as: number; readonly secret: boolean },
  parameters: Readonly<Record<string, string>>,
): Promise<Answer> {
  const { clientId, clientSecret } = github.apps[as] ?? github.app
  return exchange(github, { client_id: clientId, client_secret: secret ? clientSecret : '', ...parameters })
}

function atOnce<Result>(clients: number, work: () => Promise<Result>): Promise<Result[]> {
  return Promise.all(Array.from({ length: clients }, work))
}

function winners(answers: readonly Answer[], wanted: number): readonly Answer[] {
  const found = answers.filter(({ error }) => error === undefined)
  expectSame('winners', found.length, wanted)
  return found
}

function tokensIn(answer: Answer): { accessToken: string; refreshToken: string } {
  return { accessToken: String(answer.access_token), refreshToken: String(answer.refresh_token) }
}

function picked<Item>(items: readonly Item[], pick: number): Item | undefined {
  return items.length === 0 ? undefined : items[pick % items.length]
}

function succeeds(work: () => void): boolean {
  try {
    work()
    return true
  } catch {
    return false
  }
}

function expectSame(what: string, found: unknown, wanted: unknown): void {
  if (found !== wanted) throw new Error(`${what}: ${found} instead of ${wanted}`)
}
