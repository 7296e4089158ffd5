import { lookupKey } from '../token/installation-lookup.ts'
import type { Delivery } from '../webhook/delivery.ts'

/** What {@link staleSubjects} reads of a delivery. */
export type StaleDelivery = Pick<
  Delivery<unknown>,
  'event' | 'action' | 'installationId' | 'owner' | 'payload' | 'body'
>

type Renamed = { readonly from?: unknown } | undefined

/** The parts of GitHub's payloads that tell under which names an installation was known. */
interface NamingPayload {
  readonly account?: { readonly login?: unknown; readonly slug?: unknown }
  readonly repository?: { readonly name?: unknown; readonly owner?: { readonly login?: unknown } | null }
  readonly changes?: {
    readonly login?: Renamed
    readonly slug?: Renamed
    readonly repository?: { readonly name?: Renamed }
    readonly owner?: {
      readonly from?: {
        readonly user?: { readonly login?: unknown } | null
        readonly organization?: { readonly login?: unknown } | null
      }
    }
  }
}

/** By what lookups an event makes doubtful, by old names and new; undefined where the payload lacks a part. */
type LookupsOf = (payload: NamingPayload, owner: string | undefined) => readonly (string | undefined)[]

const ofOwner: LookupsOf = (_, owner) => [accountKey(owner)]

/**
 * The events after which tokens and lookups of an installation are not what they were
 * (https://docs.github.com/webhooks/webhook-events-and-payloads).
 */
const STALE_AFTER: Readonly<Record<string, LookupsOf>> = {
  'installation.created': ofOwner,
  'installation.deleted': ofOwner,
  'installation.suspend': ofOwner,
  'installation.unsuspend': ofOwner,
  'installation.new_permissions_accepted': ofOwner,
  'installation_repositories.added': ofOwner,
  'installation_repositories.removed': ofOwner,
  'installation_target.renamed': ({ account, changes }) => [
    ...[account?.login, changes?.login?.from].map(accountKey),
    ...[account?.slug, changes?.slug?.from].map(enterpriseKey),
  ],
  'repository.renamed': ({ repository, changes }, owner) =>
    [repository?.name, changes?.repository?.name?.from].map((name) => repositoryKey(owner, name)),
  'repository.transferred': ({ repository, changes }) => {
    const from = changes?.owner?.from
    const owners = [repository?.owner?.login, from?.user?.login, from?.organization?.login]
    return owners.map((owner) => repositoryKey(owner, repository?.name))
  },
}

/** Whether an event is one of those that {@link staleSubjects} is about. */
export function makesStale({ event, action }: Pick<Delivery<unknown>, 'event' | 'action'>): boolean {
  return action !== undefined && Object.hasOwn(STALE_AFTER, `${event}.${action}`)
}

/** What a delivery makes stale: the installation, by its id, and lookups, by their {@link lookupKey}. */
export function staleSubjects(delivery: StaleDelivery): readonly string[] {
  const { event, action, installationId, owner, payload } = delivery
  if (!makesStale(delivery)) return []
  const lookups = STALE_AFTER[`${event}.${action}`]?.(payload as NamingPayload, owner) ?? []
  const subjects = [installationId === undefined ? undefined : String(installationId), ...lookups]
  return [...new Set(subjects)].filter((subject) => subject !== undefined)
}

function accountKey(owner: unknown): string | undefined {
  return typeof owner === 'string' ? lookupKey({ owner }) : undefined
}

function enterpriseKey(enterprise: unknown): string | undefined {
  return typeof enterprise === 'string' ? lookupKey({ enterprise }) : undefined
}

function repositoryKey(owner: unknown, repository: unknown): string | undefined {
  const isNamed = typeof owner === 'string' && typeof repository === 'string'
  return isNamed ? lookupKey({ owner, repository }) : undefined
}
