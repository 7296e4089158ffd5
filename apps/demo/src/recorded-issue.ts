import { createRequire } from 'node:module'

interface Recorded {
  readonly name: string
  readonly examples: readonly Record<string, unknown>[]
}

const recorded = createRequire(import.meta.url)('@octokit/webhooks-examples') as readonly Recorded[]

/** An `issues.opened` payload that GitHub once sent, as if it had been about this organization's repository. */
export function recordedIssue(organization: string, repository: string): Record<string, unknown> {
  const examples = recorded.find(({ name }) => name === 'issues')?.examples ?? []
  const example = examples.find(
    ({ action, organization }) => action === 'opened' && organization !== undefined,
  )
  if (example === undefined)
    throw new Error('@octokit/webhooks-examples has no recording of an opened issue any more.')
  const payload = structuredClone(example) as {
    repository: Record<string, unknown>
    organization: Record<string, unknown>
  }
  Object.assign(payload.repository, {
    name: repository,
    full_name: `${organization}/${repository}`,
    owner: { login: organization },
  })
  Object.assign(payload.organization, { login: organization })
  return payload
}
