import type { Deadline } from '../clock.ts'
import { HubauthError } from '../errors.ts'
import { type ApiAnswer, property, refused } from '../github/api-answer.ts'
import type { GitHubClock } from '../github/github-clock.ts'
import type { AppApi } from './app-api.ts'
import type { NotInstalled } from './app-profile.ts'
import type { Grants } from './grants.ts'
import type { InstallationChanges } from './installation-changes.ts'
import { type AppFacts, InstallationToken } from './installation-token.ts'
import type { CanonicalScope } from './token-scope.ts'

/** GitHub's tokens live an hour; some slack for what stands in for it. */
const LONGEST_LIFETIME_MS = 65 * 60_000
/** A smaller difference is noise: `Date` has whole seconds, and answers take time. */
const NOTABLE_OFFSET_MS = 30_000

/** What {@link mintInstallationToken} needs to know of the app. */
export interface MintContext {
  readonly api: AppApi
  readonly clock: GitHubClock
  readonly grants: Grants
  readonly facts: AppFacts
  readonly notInstalled: NotInstalled
  readonly changes: InstallationChanges
}

/** Which token to mint. */
export interface MintRequest {
  readonly installationId: number
  readonly scope: CanonicalScope
}

/**
 * Mints an installation access token
 * (https://docs.github.com/rest/apps/apps#create-an-installation-access-token-for-an-app).
 *
 * @throws {HubauthError} `NOT_INSTALLED` when GitHub does not know the installation (any more), `INSTALLATION_SUSPENDED`,
 * `PERMISSION_NOT_GRANTED`, `REPOSITORY_NOT_ACCESSIBLE`, `GITHUB_REFUSED`, `UNEXPECTED_RESPONSE`, or what
 * {@link AppApi.call} throws.
 */
export async function mintInstallationToken(
  context: MintContext,
  request: MintRequest,
  deadline: Deadline,
): Promise<InstallationToken> {
  const { installationId, scope } = request
  const path = `/app/installations/${installationId}/access_tokens`
  // What changes from here on may not be in the answer.
  const { version } = context.changes
  const answer = await context.api.call({ method: 'POST', path, body: scope.body }, deadline)
  const what = `Minting a token for installation ${installationId}`
  if (answer.status >= 400) throw await mintRefused(context, request, answer, deadline)
  const value = property(answer.body, 'token')
  const expiresAt = Date.parse(String(property(answer.body, 'expires_at')))
  if (answer.status !== 201 || typeof value !== 'string' || value === '' || Number.isNaN(expiresAt))
    throw refused(answer, what)
  learnOffset(context.clock, answer, expiresAt)
  const grant = context.grants.read(answer.body)
  return new InstallationToken(
    { value, expiresAt, mintedAt: context.clock.now(), installationId, grant, version },
    context.facts,
  )
}

/**
 * A clock that is some minutes slow signs valid JWTs, and would serve tokens that GitHub no longer takes. The answer
 * tells GitHub's time; it is believed when its own expiry makes sense by it.
 */
function learnOffset(clock: GitHubClock, answer: ApiAnswer, expiresAt: number): void {
  const offsetMs = clock.measure(answer.response)
  if (offsetMs === undefined || Math.abs(offsetMs - clock.offsetMs) < NOTABLE_OFFSET_MS) return
  const date = Date.parse(answer.response.headers.get('date') ?? '')
  if (expiresAt > date && expiresAt <= date + LONGEST_LIFETIME_MS) clock.learn(offsetMs)
}

async function mintRefused(
  context: MintContext,
  { installationId, scope }: MintRequest,
  answer: ApiAnswer,
  deadline: Deadline,
): Promise<HubauthError> {
  const owner = context.facts.owners.get(String(installationId))
  const where =
    owner === undefined ? `installation ${installationId}` : `${owner} (installation ${installationId})`
  const { message, status } = answer
  if (status === 404 && !answer.isWebPage) return context.notInstalled(where, deadline)
  if (status === 403 && /suspended/i.test(message)) {
    return new HubauthError('INSTALLATION_SUSPENDED', `The installation on ${where} is suspended.`)
  }
  if (status === 422 && /permissions? requested|permission.*not granted/i.test(message)) {
    const requested = scope.scope.permissions ?? {}
    const granted = await grantedPermissions(context, installationId, deadline)
    const comparison =
      granted === undefined ? list(requested) : `${list(requested)}; granted are ${list(granted)}`
    return new HubauthError(
      'PERMISSION_NOT_GRANTED',
      `Not all requested permissions are granted on ${where}. Requested are ${comparison}.`,
      {
        details: { requested, granted },
      },
    )
  }
  if (status === 422 && /repositor.*(?:not exist|not accessible)/i.test(message)) {
    const requested = scope.scope.repositories ?? scope.scope.repositoryIds ?? []
    return new HubauthError(
      'REPOSITORY_NOT_ACCESSIBLE',
      `Not all requested repositories are accessible on ${where}: ${requested.slice(0, 10).join(', ')}${requested.length > 10 ? ', …' : ''}.`,
      {
        details: { requested },
      },
    )
  }
  return refused(answer, `Minting a token for ${where}`)
}

/** What the account granted. Only for the error message, so any failure means "unknown". */
async function grantedPermissions(
  context: MintContext,
  installationId: number,
  deadline: Deadline,
): Promise<Record<string, string> | undefined> {
  try {
    const answer = await context.api.call(
      { method: 'GET', path: `/app/installations/${installationId}` },
      deadline,
    )
    const permissions = property(answer.body, 'permissions')
    return answer.status === 200 && typeof permissions === 'object' && permissions !== null
      ? { ...(permissions as Record<string, string>) }
      : undefined
  } catch {
    return undefined
  }
}

function list(permissions: Readonly<Record<string, string>>): string {
  return Object.entries(permissions)
    .map(([name, level]) => `${name}: ${level}`)
    .join(', ')
}
