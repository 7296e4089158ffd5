import { object, required } from '../schema/object-schema.ts'
import { APP_SLUG } from '../schema/options-schema.ts'
import { integer } from '../schema/schema.ts'
import { DELIVERY_FAULT } from '../webhooks/delivery-fault.ts'
import { DELIVERY } from '../webhooks/delivery-schema.ts'
import { type Command, command, NOTHING } from './command.ts'

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
  ping: command('Sends a ping to an app.', object<{ app?: string }>({ app: APP_SLUG }), (github, options) =>
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
  settled: command('Answers when no webhook is under way.', NOTHING, (github) => github.settled()),
}
