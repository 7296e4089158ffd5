import { type ObjectSchema, object, optional, required } from '../schema/object-schema.ts'
import { LOGIN } from '../schema/options-schema.ts'
import { choice, finite, instance, integer, oneOf, text } from '../schema/schema.ts'
import type { WebhookDelivery } from '../webhooks/delivery.ts'
import { DELIVERY_FAULT } from '../webhooks/delivery-fault.ts'
import { type Command, command } from './command.ts'

const APP = optional(text(), 'Slug of the app. Default the first one.')

const DELIVERY: ObjectSchema<WebhookDelivery> = object<WebhookDelivery>({
  app: APP,
  event: required(text(), 'Such as issues.'),
  action: optional(text()),
  payload: required(
    choice<object | string>('an object or a string', [
      { when: (value) => typeof value === 'string', schema: text({ secret: true }) },
      { when: isObject, schema: instance('an object', isObject, { type: 'object' }) },
    ]),
    'An object, or a string that is sent as it is.',
  ),
  url: optional(text(), 'Where to post. Default the webhookUrl of the app.'),
  secret: optional(text({ secret: true }), 'What to sign with. Default the webhookSecret of the app.'),
  installation: optional(LOGIN, 'Login of an account where the app is installed.'),
  id: optional(text(), 'The GUID. Default a new one; the one of an earlier delivery makes a redelivery.'),
  contentType: optional(oneOf('json', 'form')),
  tamper: optional(oneOf('body', 'signature', 'none'), 'What to spoil after signing.'),
  timeoutMs: optional(finite('a number of milliseconds, 0 or more', { minimum: 0 })),
})

/** What apps are told. */
export const WEBHOOK_COMMANDS: Readonly<Record<string, Command>> = {
  deliver: command('Sends a signed webhook, and returns the answer.', DELIVERY, (github, delivery) =>
    github.deliver(delivery),
  ),
  redeliver: command(
    'Sends a delivery again, and returns the attempt.',
    object<{ deliveryId: number }>({ deliveryId: required(integer({ minimum: 1 })) }),
    (github, { deliveryId }) => github.redeliver(deliveryId),
  ),
  ping: command('Sends a ping to an app.', object<{ app?: string }>({ app: APP }), (github, options) =>
    github.ping(options),
  ),
  failDeliveries: command('Puts a fault for webhooks in place.', DELIVERY_FAULT, (github, fault) => ({
    id: github.failDeliveries(fault).id,
  })),
  removeDeliveryFault: command(
    'Takes a fault for webhooks away; what it holds is sent.',
    object<{ id: number }>({ id: required(integer({ minimum: 1 })) }),
    (github, { id }) => github.removeDeliveryFault(id),
  ),
  settled: command('Answers when no webhook is under way.', object<Record<never, never>>({}), (github) =>
    github.settled(),
  ),
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
