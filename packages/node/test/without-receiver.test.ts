import { createFetchHandler } from '@hubauth/core'
import { expect, it } from 'vitest'
import { lambdaWebhooks, nodeWebhooks } from '../src/index.ts'

it.each([
  ['nodeWebhooks', nodeWebhooks],
  ['lambdaWebhooks', lambdaWebhooks],
  ['createFetchHandler', createFetchHandler],
])('%s is not mounted without a receiver', (_, mount) => {
  for (const wrong of [undefined, null, {}])
    expect(() => mount(wrong as never)).toThrow('Expected the receiver that createWebhookReceiver() makes.')
})
