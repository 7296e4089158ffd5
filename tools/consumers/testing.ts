import { createWebhookReceiver } from '@hubauth/core'
import { describeKeySource, type MountedWebhook, manualClock, rsaKey, signedDelivery } from '@hubauth/testing'

export const clock = manualClock()
export const { pkcs8 } = rsaKey()
export const receiver = createWebhookReceiver({ secrets: 'secret', clock })
export type Mounted = MountedWebhook
export { describeKeySource, signedDelivery }
