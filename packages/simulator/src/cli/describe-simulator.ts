import type { Simulator } from '../simulator.ts'
import type { SecretFiles } from './secret-files.ts'

/** The first line for programs. */
export function describeAsJson(
  { url, app, installations }: Simulator,
  { privateKeyFile }: SecretFiles,
): string {
  const { id, clientId, slug, webhookSecret } = app
  return JSON.stringify({
    url,
    app: { id, clientId, slug, privateKeyFile, webhookSecret },
    installations: installations.map(({ id, account, repositories }) => ({ id, account, repositories })),
  })
}

/** The same for people. Secrets are named by their files. */
export function describeAsText({ url, app, installations }: Simulator, files: SecretFiles): string {
  return [
    `GitHub is at ${url} (and ${url}/api/v3)`,
    '',
    `app             ${app.slug}`,
    `app id          ${app.id}`,
    `client id       ${app.clientId}`,
    `private key     ${files.privateKeyFile}`,
    `webhook secret  ${files.webhookSecretFile}`,
    ...installations.map(
      ({ id, account, repositories }) => `installation    ${id} on ${account}: ${repositories.join(', ')}`,
    ),
    '',
    'Stop it with Ctrl+C.',
  ].join('\n')
}
