import { expect, test } from 'vitest'
import { importAppKey } from '../src/auth/app-keys.ts'
import { createState } from '../src/state/github-state.ts'
import { DeviceCodes } from '../src/state/oauth/device-codes.ts'
import { ExpiringMap } from '../src/state/oauth/expiring-map.ts'
import { seedApp } from '../src/state/seed-app.ts'
import { PRIVATE_KEY } from './support/app-jwt.ts'

test('What expires is forgotten when something new comes, and the oldest when there is too much', () => {
  const codes = new ExpiringMap<number>({ lifetimeMs: 100, maxEntries: 2 })
  codes.add('first', 1, 0)
  codes.add('second', 2, 1)
  codes.add('third', 3, 2)
  expect([codes.find('first', 2), codes.find('second', 2), codes.find('third', 2)]).toEqual([undefined, 2, 3])
  codes.add('fourth', 4, 101)
  expect([...codes.values()]).toEqual([3, 4])
})

test('Of more than a thousand devices that wait, the oldest is forgotten under both of its codes', () => {
  const app = seedApp(createState({ now: () => 0 }), {}, importAppKey(PRIVATE_KEY))
  const devices = new DeviceCodes()
  const [first, second] = [devices.add(app, 0), devices.add(app, 0)]
  for (let count = 0; count < 999; count += 1) devices.add(app, 0)
  expect([devices.find(first.deviceCode), devices.findWaiting(first.userCode, 0)]).toEqual([
    undefined,
    undefined,
  ])
  expect(devices.findWaiting(second.userCode, 0)).toBe(second)
})
