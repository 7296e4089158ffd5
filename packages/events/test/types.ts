// Compiled by `tsc`, never run: what must and must not type-check once this package is imported.
import {
  createWebhookReceiver,
  type DeliveryOf,
  type EssentialEvents,
  type EventPayload,
  type WebhookEvents,
  type WebhookPayload,
} from '@hubauth/core'
import type { webhooks } from '@octokit/openapi-webhooks-types'
import type { GitHubEvents } from '../src/index.ts'

type None<Names extends never> = Names
type KeyOf<Value> = Value extends unknown ? keyof Value : never
type MemberOf<Value, Key> = Value extends unknown ? (Key extends keyof Value ? Value[Key] : never) : never

// All payloads that GitHub describes are there.
type Described = webhooks[keyof webhooks]['post']['requestBody']['content']['application/json']
export type Missing = None<Exclude<Described, GitHubEvents[keyof GitHubEvents]>>
export type NotAdded = None<Exclude<keyof GitHubEvents, keyof WebhookEvents>>

// Each is under its action: the payload says what the name says.
type UnderAnotherName<Name> = Name extends `${string}.${infer Action}`
  ? Exclude<MemberOf<EventPayload<Name>, 'action'>, Action>
  : never
export type Misnamed = None<UnderAnotherName<keyof GitHubEvents>>

// A delivery of any event passes for one whose event is not known: for helpers, and `auth.forDelivery`.
export type Unfit = None<
  {
    [Name in keyof WebhookEvents]: WebhookEvents[Name] extends WebhookPayload ? never : Name
  }[keyof WebhookEvents]
>

// Core's excerpts are true: what GitHub describes fits them, and they have no member that GitHub does not describe.
export type Untrue = None<
  {
    [Name in keyof EssentialEvents]: GitHubEvents[Name] extends EssentialEvents[Name] ? never : Name
  }[keyof EssentialEvents]
>
type InventedIn<Excerpt, Whole> = Excerpt extends readonly (infer Item)[]
  ? InventedIn<Item, MemberOf<Whole, number>>
  : Excerpt extends object
    ? { [Key in keyof Excerpt]-?: InventedAt<Excerpt, Whole, Key> }[keyof Excerpt]
    : never
type InventedAt<Excerpt, Whole, Key extends keyof Excerpt> = string extends Key
  ? never
  : Key extends KeyOf<Whole>
    ? InventedIn<Excerpt[Key], MemberOf<Whole, Key>>
    : Key
export type Invented = None<
  {
    [Name in keyof EssentialEvents]: InventedIn<EssentialEvents[Name], GitHubEvents[Name]>
  }[keyof EssentialEvents]
>

createWebhookReceiver({ secrets: 'secret' })
  .on('issues.opened', ({ payload }) => [payload.action satisfies 'opened', payload.issue.title.length])
  .on('issues', ({ payload }) => {
    if (payload.action === 'labeled') return payload.label?.name
    // @ts-expect-error Only some actions have a label.
    return payload.label
  })
  // @ts-expect-error A typo does not compile.
  .on('issues.opened', ({ payload }) => payload.isue)
  // @ts-expect-error Nor does the member of another event.
  .on('push', ({ payload }) => payload.issue)
  .on('push', ({ payload }) => payload.commits.map(({ id }) => id))
  .on('check_run.requested_action', ({ payload }) => payload.requested_action?.identifier)
  .on('projects_v2_item.edited', ({ payload }) => payload.projects_v2_item.node_id)
  .on('custom_property.promote_to_enterprise', ({ payload }) => payload.definition.property_name)
  .on('repository_dispatch', ({ payload }) => payload.action satisfies string)
  .on('repository_dispatch.deploy', ({ payload }) => payload.client_payload?.environment)
  .on('pull_request.review_requested', ({ payload }) => payload.pull_request.head.sha)
  .on('pull_request', ({ payload }) => [payload.action, payload.pull_request.number])
  .on('*', ({ payload }) => payload.repository?.full_name)
  // @ts-expect-error An event that GitHub does not describe has the members that most events share.
  .on('isues.opened', ({ payload }) => payload.issue.title)
  .on<{ readonly mine: string }>('issues.opened', ({ payload }) => payload.mine)

export const title = ({ payload }: DeliveryOf<'issues.opened' | 'issues.edited'>) => payload.issue.title
// @ts-expect-error There is no such action, so the payload is not known to have an issue.
export const typo = ({ payload }: DeliveryOf<'issues.opend'>) => payload.issue.title
