import type { Simulator } from '../../src/index.ts'
import { asApp, asNobody, asStranger, type Row } from './row.ts'

const CONVERT = 'POST /app-manifests/:code/conversions'
/** An app that nobody registered yet. */
export const MANIFEST = {
  name: 'Made here',
  url: 'https://example.com',
  redirect_url: 'https://example.com/made',
  default_permissions: { issues: 'write' },
  default_events: ['issues'],
}

/** The secrets of an app that was registered from a manifest. */
export const MANIFEST_ROWS: readonly Row[] = [
  {
    endpoint: CONVERT,
    state: 'an app without a webhook',
    as: asNobody,
    path: { code: codeFor(MANIFEST) },
    expectStatus: 201,
  },
  {
    endpoint: CONVERT,
    state: 'an app with a webhook',
    as: asNobody,
    path: { code: codeFor({ ...MANIFEST, hook_attributes: { url: 'https://example.com/hook' } }) },
    expectStatus: 201,
  },
  { endpoint: CONVERT, state: 'a code nobody has', as: asNobody, path: { code: 'nope' }, expectStatus: 404 },
  {
    endpoint: CONVERT,
    state: 'another app',
    as: asApp,
    path: { code: codeFor(MANIFEST) },
    expectStatus: 201,
  },
  {
    endpoint: CONVERT,
    state: 'a token nobody issued',
    as: asStranger,
    path: { code: 'nope' },
    expectStatus: 401,
  },
]

/** As a browser does it: the site posts the manifest, the user presses the button, the code comes back in the address. */
export function codeFor(manifest: object): (github: Simulator) => Promise<string> {
  return async (github) => {
    github.signIn('octocat')
    const submit = (fields: Record<string, string>): Promise<Response> =>
      fetch(`${github.url}/settings/apps/new`, {
        method: 'POST',
        redirect: 'manual',
        body: new URLSearchParams(fields),
      })
    const form = await (await submit({ manifest: JSON.stringify(manifest) })).text()
    const [, token = ''] = /name="authenticity_token" value="([^"]+)"/.exec(form) ?? []
    const registered = await submit({ authenticity_token: token, name: 'Made here' })
    return new URL(registered.headers.get('location') ?? '').searchParams.get('code') ?? ''
  }
}
