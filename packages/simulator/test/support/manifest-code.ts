import type { Simulator } from '../../src/index.ts'
import { post, press } from './web-pages.ts'

/** Registers an app from a manifest, and returns the code that its secrets are fetched with. */
export async function manifestCode(github: Simulator, name = 'Manifest App'): Promise<string> {
  const manifest = {
    name,
    url: 'https://app.example.com',
    redirect_url: 'https://app.example.com/registered',
  }
  const page = await post(github, '/settings/apps/new', { manifest: JSON.stringify(manifest) })
  const { location, text } = await press(github, page, { name, login: 'monalisa' })
  const code = location?.searchParams.get('code')
  if (code === null || code === undefined) throw new Error(`not registered: ${text}`)
  return code
}
