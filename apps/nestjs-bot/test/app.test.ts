import type { AddressInfo } from 'node:net'
import { describeBot } from '@hubauth/bot/end-to-end'
import { createApp } from '../src/app.ts'

describeBot('NestJS', async (environment) => {
  const app = await createApp(environment)
  await app.listen(0, '127.0.0.1')
  const { port } = app.getHttpServer().address() as AddressInfo
  return { webhooks: `http://127.0.0.1:${port}/github/webhooks`, close: () => app.close() }
})
