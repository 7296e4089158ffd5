import type { Simulator } from '../simulator.ts'
import type { SecretFiles } from './secret-files.ts'

interface Facts {
  readonly files: SecretFiles
  /** The address of the control API, when it is on. */
  readonly control: string | undefined
}

/** The first line for programs. `app` is the first of `apps`. */
export function describeAsJson(
  { url, apps: all, installations }: Simulator,
  { files, control }: Facts,
): string {
  const apps = all.map(({ id, clientId, clientSecret, slug, webhookSecret }) => ({
    id,
    clientId,
    clientSecret,
    slug,
    privateKeyFile: files.of(slug).privateKeyFile,
    webhookSecret,
  }))
  return JSON.stringify({
    url,
    app: apps[0],
    installations: installations.map(({ id, account, repositories, app }) => ({
      id,
      account,
      repositories,
      ...(apps.length > 1 ? { app } : {}),
    })),
    ...(apps.length > 1 ? { apps } : {}),
    ...(control === undefined ? {} : { control }),
  })
}

/** The same for people. Secrets are named by their files. */
export function describeAsText({ url, apps, installations }: Simulator, { files, control }: Facts): string {
  return [
    `GitHub is at ${url} (and ${url}/api/v3)`,
    ...(control === undefined ? [] : [`Drive it at  ${control}`]),
    ...apps.flatMap((app) => [
      '',
      `app             ${app.slug}`,
      `app id          ${app.id}`,
      `client id       ${app.clientId}`,
      `client secret   ${files.of(app.slug).clientSecretFile}`,
      `private key     ${files.of(app.slug).privateKeyFile}`,
      `webhook secret  ${files.of(app.slug).webhookSecretFile}`,
      ...installations
        .filter((installation) => installation.app === app.slug)
        .map(
          ({ id, account, repositories }) => `installation    ${id} on ${account}: ${listed(repositories)}`,
        ),
    ]),
    '',
    'Stop it with Ctrl+C.',
  ].join('\n')
}

function listed(repositories: readonly string[]): string {
  const shown = repositories.slice(0, 10)
  const more = repositories.length - shown.length
  return shown.join(', ') + (more > 0 ? ` and ${more} more` : '')
}
