import type { Meter } from '@opentelemetry/api'

/** In seconds: what the conventions advise for requests and messages. */
const SHORT = [0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10]
/** In seconds, to a day: for what waits in a queue or for a repair. */
const LONG = [0.1, 0.5, 1, 5, 10, 30, 60, 300, 900, 3600, 14_400, 86_400]

/** The instruments of a meter, each made once. */
export type Instruments = ReturnType<typeof createInstruments>

/** Makes all instruments. Names and units are in docs/observability.md, and a test compares. */
export function createInstruments(meter: Meter) {
  const seconds = (name: string, description: string, explicitBucketBoundaries = SHORT) =>
    meter.createHistogram(name, { description, unit: 's', advice: { explicitBucketBoundaries } })
  const count = (name: string, what: string, description: string) =>
    meter.createCounter(name, { description, unit: `{${what}}` })
  const gauge = (name: string, description: string) =>
    meter.createObservableGauge(name, { description, unit: '{request}' })
  return {
    request: seconds('http.client.request.duration', 'Duration of HTTP client requests.'),
    retries: count('hubauth.request.retries', 'retry', 'Requests that were sent again.'),
    throttles: count(
      'hubauth.throttles',
      'throttle',
      'Requests that GitHub refused for their rate, or would have.',
    ),
    remaining: gauge(
      'hubauth.ratelimit.remaining',
      'Requests left to the installation that is nearest to its limit.',
    ),
    limit: gauge('hubauth.ratelimit.limit', 'The limit of the installation that is nearest to it.'),
    hits: count('hubauth.token.hits', 'hit', 'Tokens that were there.'),
    mint: seconds('hubauth.token.mint.duration', 'Duration of asking GitHub for a token.'),
    renew: seconds('hubauth.token.renewal.duration', 'Duration of renewing a token in the background.'),
    wait: seconds('hubauth.token.wait.duration', 'Duration of waiting for another process that mints.'),
    evictions: count('hubauth.token.evictions', 'token', 'Tokens that were dropped before their time.'),
    sign: seconds('hubauth.key.sign.duration', 'Duration of signing an app JWT.'),
    lookup: seconds(
      'hubauth.installation.lookup.duration',
      'Duration of asking which installation a name is.',
    ),
    changes: count('hubauth.installation.changes', 'change', 'Installations that changed.'),
    down: meter.createUpDownCounter('hubauth.store.down', {
      description: 'Stores that are down now.',
      unit: '{store}',
    }),
    outages: count('hubauth.store.outages', 'outage', 'Times that a store stopped working.'),
    outage: seconds('hubauth.store.outage.duration', 'How long a store was down.', LONG),
    delivery: seconds('hubauth.delivery.duration', 'Duration of answering a delivery.'),
    process: seconds('messaging.process.duration', 'Duration of processing operation.'),
    consumed: count(
      'messaging.client.consumed.messages',
      'message',
      'Messages that were delivered to the application.',
    ),
    queue: seconds('hubauth.job.queue.duration', 'From the arrival of a delivery to an attempt at it.', LONG),
  }
}
