import { createPrivateKey, createPublicKey, createSign } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import type { Simulator } from '../src/index.ts'
import { START_SECONDS } from './support/app-jwt.ts'
import { manifestCode } from './support/manifest-code.ts'
import { startOAuthGitHub } from './support/oauth.ts'
import { call } from './support/test-github.ts'
import { post, press } from './support/web-pages.ts'

const MANIFEST = {
  name: 'My App',
  url: 'https://app.example.com',
  redirect_url: 'https://app.example.com/registered?x=1',
}

function submit(github: Simulator, manifest: unknown, path = '/settings/apps/new'): ReturnType<typeof post> {
  return post(github, path, { manifest: typeof manifest === 'string' ? manifest : JSON.stringify(manifest) })
}

function convert(github: Simulator, code: string): ReturnType<typeof call> {
  return call(github, `POST /app-manifests/${code}/conversions`)
}

function jwtOf({ client_id: iss, pem }: { readonly client_id: string; readonly pem: string }): string {
  const part = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url')
  const claims = { iat: START_SECONDS, exp: START_SECONDS + 60, iss }
  const input = `${part({ alg: 'RS256', typ: 'JWT' })}.${part(claims)}`
  return `${input}.${createSign('RSA-SHA256').update(input).sign(createPrivateKey(pem)).toString('base64url')}`
}

describe('An app that is registered from a manifest', () => {
  test('sends its owner on with a code and the state, and is a real app', async () => {
    const github = await startOAuthGitHub()
    const page = await submit(
      github,
      {
        ...MANIFEST,
        description: 'Does things',
        hook_attributes: { url: 'http://127.0.0.1:1/hook' },
        callback_urls: ['https://app.example.com/callback'],
        setup_url: 'https://app.example.com/setup',
        public: true,
        default_permissions: { issues: 'write' },
        default_events: ['issues'],
      },
      '/settings/apps/new?state=a%26b',
    )
    expect(page.text).toContain('value="My App"')
    const { status, location } = await press(github, page, { name: 'Renamed App', login: 'octocat' })
    expect([status, location?.origin, location?.pathname]).toEqual([
      302,
      'https://app.example.com',
      '/registered',
    ])
    expect([location?.searchParams.get('x'), location?.searchParams.get('state')]).toEqual(['1', 'a&b'])
    const { status: converted, json } = await convert(github, location?.searchParams.get('code') ?? '')
    expect(converted).toBe(201)
    expect(json).toMatchObject({
      slug: 'renamed-app',
      name: 'Renamed App',
      description: 'Does things',
      external_url: 'https://app.example.com',
      owner: { login: 'octocat' },
      permissions: { issues: 'write', metadata: 'read' },
      events: ['issues'],
      client_secret: expect.stringMatching(/^[\da-f]{40}$/),
      webhook_secret: expect.stringMatching(/^[\da-f]{40}$/),
    })
    expect(createPublicKey(json.pem).asymmetricKeyDetails?.modulusLength).toBe(2048)
    const app = await call(github, 'GET /app', { auth: jwtOf(json) })
    expect(app.json).toMatchObject({ id: json.id, slug: 'renamed-app' })
    expect((await call(github, 'GET /users/renamed-app%5Bbot%5D')).json.type).toBe('Bot')
    github.install({ account: 'acme', app: 'renamed-app' })
    expect((await call(github, 'GET /orgs/acme/installation', { auth: jwtOf(json) })).status).toBe(200)
  })

  test('hands its secrets out once, within the hour, counted apart', async () => {
    const github = await startOAuthGitHub()
    const code = await manifestCode(github)
    const { headers, status } = await convert(github, code)
    expect([status, headers.get('x-ratelimit-resource')]).toEqual([201, 'integration_manifest'])
    expect((await convert(github, code)).status).toBe(404)
    const [soon, late] = [await manifestCode(github, 'Second'), await manifestCode(github, 'Third')]
    github.advance(3_599_999)
    expect((await convert(github, soon)).status).toBe(201)
    github.advance(1)
    expect((await convert(github, late)).status).toBe(404)
  })

  test('has no webhook while that is inactive', async () => {
    const github = await startOAuthGitHub()
    const page = await submit(github, {
      ...MANIFEST,
      hook_attributes: { url: 'https://app.example.com/hook', active: false },
    })
    await press(github, page, { name: 'My App', login: 'octocat' })
    expect(github.apps.find(({ slug }) => slug === 'my-app')).toMatchObject({ webhookUrl: undefined })
  })

  test('without a webhook has no webhook secret', async () => {
    const github = await startOAuthGitHub()
    const { json } = await convert(github, await manifestCode(github))
    expect(json.webhook_secret).toBeNull()
  })

  test('belongs to the organization, when an owner of it registers the app', async () => {
    const github = await startOAuthGitHub()
    const path = '/organizations/acme/settings/apps/new'
    const refused = await press(github, await submit(github, MANIFEST, path), {
      name: 'My App',
      login: 'hubot',
    })
    expect(refused.status).toBe(404)
    const { location } = await press(github, await submit(github, MANIFEST, path), {
      name: 'My App',
      login: 'octocat',
    })
    const { json } = await convert(github, location?.searchParams.get('code') ?? '')
    expect(json.owner.login).toBe('acme')
    expect((await submit(github, MANIFEST, '/organizations/octocat/settings/apps/new')).status).toBe(404)
  })

  test('is told to take another name while its own is taken, also by one that is registered meanwhile', async () => {
    const github = await startOAuthGitHub()
    const page = await submit(github, MANIFEST)
    const again = await press(github, page, { name: 'HUBAUTH test-app', login: 'octocat' })
    expect(again.status).toBe(422)
    expect(again.text).toContain('Name is already taken')
    expect((await press(github, again, { name: 'Free', login: 'octocat' })).status).toBe(302)
    const pages = [await submit(github, MANIFEST), await submit(github, MANIFEST)] as const
    const answers = await Promise.all(
      pages.map((one) => press(github, one, { name: 'Racing', login: 'octocat' })),
    )
    expect(answers.map(({ status }) => status).toSorted()).toEqual([302, 422])
  })

  test.for(['', '!!!', 'x'.repeat(35)])('cannot be called "%s"', async (name) => {
    const github = await startOAuthGitHub()
    const page = await submit(github, MANIFEST)
    expect((await press(github, page, { name, login: 'octocat' })).status).toBe(422)
    expect(github.apps).toHaveLength(2)
  })

  test('is not registered by another site, nor twice by one button', async () => {
    const github = await startOAuthGitHub()
    const page = await submit(github, MANIFEST)
    const [, token = ''] = /name="authenticity_token" value="([^"]*)"/.exec(page.text) ?? []
    const fields = { authenticity_token: token, name: 'My App', login: 'octocat' }
    const foreign = await post(github, '/settings/apps/new', fields, { origin: 'https://evil.example' })
    expect(foreign.status).toBe(422)
    const elsewhere = await post(github, '/organizations/acme/settings/apps/new', fields)
    expect(elsewhere.status).toBe(422)
    expect((await post(github, '/settings/apps/new', fields)).status).toBe(422)
    expect(github.apps).toHaveLength(2)
  })
})

describe('A manifest', () => {
  test.for<[string, unknown, string]>([
    ['has no url', { name: 'x' }, '&#34;url&#34; wasn&#39;t supplied.'],
    ['has a hook without a url', { ...MANIFEST, hook_attributes: {} }, '&#34;url&#34; wasn&#39;t supplied.'],
    [
      'has an inactive hook without a url',
      { ...MANIFEST, hook_attributes: { active: false } },
      '&#34;url&#34;',
    ],
    ['is not JSON', '{', 'not JSON'],
    ['is empty', '', 'not JSON'],
    ['is huge', 'x'.repeat(500_000), 'too long'],
    ['is a list', [], 'not an object'],
    ['is null', 'null', 'not an object'],
    ['has a url that is none', { ...MANIFEST, url: 'nowhere' }, 'valid URL'],
    ['sends its owner to a script', { ...MANIFEST, redirect_url: 'javascript:alert(1)' }, 'valid URL'],
    ['sends installers to a script', { ...MANIFEST, setup_url: 'javascript:alert(1)' }, 'valid URL'],
    ['sends users to a script', { ...MANIFEST, callback_urls: ['javascript:alert(1)'] }, 'must be URLs'],
    [
      'has eleven callbacks',
      { ...MANIFEST, callback_urls: Array(11).fill('https://x.example') },
      'more than 10',
    ],
    ['wants what does not exist', { ...MANIFEST, default_permissions: { x: 'read' } }, 'Unknown permission'],
    [
      'wants a level that does not exist',
      { ...MANIFEST, default_permissions: { issues: 'admin' } },
      'cannot be',
    ],
    [
      'wants a permission by prototype',
      `{"url":"https://x.example","default_permissions":{"__proto__":"read"}}`,
      'Unknown',
    ],
    ['has events that are no list', { ...MANIFEST, default_events: 'issues' }, 'not an array'],
    ['has a flag that is no boolean', { ...MANIFEST, request_oauth_on_install: 'yes' }, 'not a boolean'],
    ['has a name that is no text', { ...MANIFEST, name: 1 }, 'not a string'],
  ])('is refused when it %s', async ([, manifest, problem]) => {
    const github = await startOAuthGitHub()
    const { status, text } = await submit(github, manifest)
    expect([status, text]).toEqual([422, expect.stringContaining(problem)])
    expect(text).toContain('Invalid GitHub App configuration')
  })

  test('shows what it says as text', async () => {
    const github = await startOAuthGitHub()
    const evil = `"><script>alert('x')</script>`
    const { text } = await submit(github, { ...MANIFEST, name: evil, description: evil })
    expect(text).not.toContain('<script>')
    const wrong = await submit(github, { ...MANIFEST, default_permissions: { [evil]: 'read' } })
    expect(wrong.text).not.toContain('<script>')
  })
})
