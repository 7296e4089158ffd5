import type { operations } from '@octokit/openapi-webhooks-types'

/**
 * The payload of every webhook event that GitHub describes, by the names that `on` takes: `'issues.opened'` is one payload,
 * `'issues'` the union of its actions, told apart by `action`. `repository_dispatch` takes any action, as its senders do.
 */
export interface GitHubEvents extends ByEvent, ByEventAndAction {}

type ByEvent = {
  readonly [Operation in keyof operations as EventOf<Underscored<Operation>>]: PayloadOf<Operation>
}

type ByEventAndAction = {
  readonly [Operation in keyof operations as EventAndActionOf<Underscored<Operation>>]: PayloadOf<Operation>
}

type PayloadOf<Operation extends keyof operations> =
  operations[Operation]['requestBody']['content']['application/json']

// GitHub calls its operations `check-run/requested-action` or just `push`. The keys of `webhooks` do not tell where the event
// ends, and neither do the examples of its headers: some of those are wrong.
type EventOf<Operation> = Operation extends `${infer Event}/${string}` ? Event : Operation

// The action with a dot is `sample.collected` of `repository-dispatch`: an example of what a sender may choose.
type EventAndActionOf<Operation> = Operation extends `${infer Event}/${infer Action}`
  ? `${Event}.${Action extends `${string}.${string}` ? string : Action}`
  : never

type Underscored<Text extends string> = Text extends `${infer First}-${infer Rest}`
  ? `${First}_${Underscored<Rest>}`
  : Text
