import { isJsonObject } from '../json-object.ts'
import { type ObjectSchema, object, optional, required } from '../schema/object-schema.ts'
import { APP_SLUG, LOGIN } from '../schema/options-schema.ts'
import { choice, instance, oneOf, text } from '../schema/schema.ts'
import { TIMEOUT } from './by-hand.ts'
import type { WebhookDelivery } from './delivery.ts'

/** What `deliver` takes. */
export const DELIVERY: ObjectSchema<WebhookDelivery> = object<WebhookDelivery>({
  app: APP_SLUG,
  event: required(text(), 'Such as issues.'),
  action: optional(text()),
  payload: required(
    choice<object | string>('an object or a string', [
      { when: (value) => typeof value === 'string', schema: text({ secret: true }) },
      { when: isJsonObject, schema: instance('an object', isJsonObject, { type: 'object' }) },
    ]),
    'An object, or a string that is sent as it is.',
  ),
  url: optional(text(), 'Where to post. Default the webhookUrl of the app.'),
  secret: optional(text({ secret: true }), 'What to sign with. Default the webhookSecret of the app.'),
  installation: optional(LOGIN, 'Login of an account where the app is installed.'),
  id: optional(text(), 'The GUID. Default a new one; the one of an earlier delivery makes a redelivery.'),
  contentType: optional(oneOf('json', 'form')),
  tamper: optional(oneOf('body', 'signature', 'none'), 'What to spoil after signing.'),
  timeoutMs: optional(TIMEOUT),
})
