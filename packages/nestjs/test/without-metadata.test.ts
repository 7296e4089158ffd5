import { signedDelivery } from '@hubauth/testing'
import { expect, it } from 'vitest'
import { SECRET, startApp } from './start-app.ts'
import { AppController, AppModule, Issues } from './without-metadata/app.ts'

it('works where the compiler emits no types for decorators, as tsx and esbuild do', async () => {
  expect(Reflect.getMetadata('design:paramtypes', Issues)).toBeUndefined()
  expect(Reflect.getMetadata('design:paramtypes', AppController.prototype, 'org')).toBeUndefined()
  const { app, send, close } = await startApp({ imports: [AppModule], options: { rawBody: true } })
  expect(await (await send('/orgs/acme')).text()).toBe('function')
  const delivery = signedDelivery({ secret: SECRET })
  expect(await (await send('/guarded', delivery)).text()).toBe('issues.opened')
  expect((await send('/hooks', delivery)).status).toBe(200)
  expect(app.get(Issues).seen).toEqual(['issues.opened', 'function', 'function'])
  await close()
})
