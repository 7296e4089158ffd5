import { type SignedDelivery, signedDelivery, tamperings } from '@hubauth/testing'
import { expect } from 'vitest'
import { WEBHOOK_SECRET } from './github.ts'

const REPOSITORY = { id: 1, name: 'api', full_name: 'acme/api', owner: { login: 'acme' } }

const PAYLOADS = {
  issues: {
    action: 'opened',
    issue: {
      number: 1,
      title: 'It rains',
      comments_url: 'https://api.github.com/repos/acme/api/issues/1/comments',
      user: { login: 'octocat' },
    },
    repository: REPOSITORY,
  },
  installation: { action: 'created', repositories: [REPOSITORY], requester: { login: 'octocat' } },
}

/** The events that deliveries here can be of. */
export type EventName = keyof typeof PAYLOADS

/** A new delivery from `acme`, signed with the webhook secret of the examples. */
export function deliveryOf(event: EventName): SignedDelivery {
  const installation = { id: 1, repository_selection: 'all', account: { login: 'acme' } }
  const sender = { id: 7, login: 'octocat', type: 'User' }
  const payload = { ...PAYLOADS[event], organization: { login: 'acme' }, installation, sender }
  return signedDelivery({ secret: WEBHOOK_SECRET, event, payload })
}

/** Answers no forged delivery with success. */
export async function refusesForgeries(url: string): Promise<void> {
  for (const { name, apply } of tamperings) {
    const delivery = deliveryOf('issues')
    const forged = apply(delivery)
    const { status } = await fetch(url, forged)
    // A body that is no JSON any more may be refused by a parser that keeps the bytes.
    const allowed = Buffer.compare(delivery.body, forged.body) === 0 ? [401] : [401, 400]
    expect(allowed, name).toContain(status)
  }
}
