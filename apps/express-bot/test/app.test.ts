import type { AddressInfo } from 'node:net'
import { describeBot } from '@hubauth/bot/end-to-end'
import { createApp } from '../src/app.ts'

describeBot('Express', async (environment) => {
  const server = createApp(environment).listen(0, '127.0.0.1')
  await new Promise((resolve) => server.once('listening', resolve))
  return {
    webhooks: `http://127.0.0.1:${(server.address() as AddressInfo).port}/github/webhooks`,
    close: () => new Promise((resolve) => server.close(resolve)),
  }
})
