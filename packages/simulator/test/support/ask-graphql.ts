import type { Simulator } from '../../src/index.ts'
import { type Answer, call, tokenFor } from './test-github.ts'

/** The private repository of acme, as the beginning of a field. */
export const API = 'repository(owner: "acme", name: "api")'

/** Sends a query as an installation on acme, unless told otherwise. */
export async function ask(
  github: Simulator,
  query: string,
  { auth, variables }: { auth?: string; variables?: Readonly<Record<string, unknown>> } = {},
): Promise<Answer> {
  return call(github, 'POST /graphql', {
    auth: auth ?? (await tokenFor(github, 'acme')),
    body: { query, ...(variables === undefined ? {} : { variables }) },
  })
}
