import { HubauthError } from '@hubauth/core'
import { describe, expect, it } from 'vitest'
import { routeParserCases } from '../../src/conformance/verified-route/delivery-cases.ts'
import { verifiedRouteCases } from '../../src/conformance/verified-route-suite.ts'
import { describeVerifiedRoute } from '../../src/index.ts'
import { BROKEN_ROUTES } from './broken-routes.ts'
import { brokenRules } from './broken-rules.ts'
import { routeApp } from './plain-route.ts'

const consumed = routeApp({
  async read() {
    throw new HubauthError('WEBHOOK_BODY_CONSUMED', 'Gone.', { remedy: 'Read it later.' })
  },
})

describeVerifiedRoute('a plain server', routeApp(), {
  parsers: [
    { name: 'nothing', mount: routeApp() },
    { name: 'something that reads it', mount: consumed, cure: 'Read it later.' },
  ],
})

describe('describeVerifiedRoute', () => {
  it.each(BROKEN_ROUTES)('fails an application that $flaw', async ({ rules, mount }) => {
    const cases = verifiedRouteCases.filter(({ name }) => rules.includes(name))
    expect(new Set(await brokenRules(cases, mount))).toEqual(new Set(rules))
  })

  it('has an application for each of its rules that is failed by it', () => {
    const failed = new Set(BROKEN_ROUTES.flatMap(({ rules }) => rules))
    expect(verifiedRouteCases.filter(({ name }) => !failed.has(name))).toEqual([])
  })

  it.each([
    ['loses the bytes', consumed, undefined],
    ['names another cure', consumed, 'Read it first.'],
    ['goes on with a body that was read before', routeApp(), 'Read it later.'],
    [
      'waits for a body that was read before',
      routeApp({ read: () => new Promise(() => undefined) }),
      'Read it later.',
    ],
    ['leaves it to the application', routeApp({ become: () => 'left' }), 'Read it later.'],
  ])('fails an application that %s after a parser', async (_, mount, cure) => {
    expect(await brokenRules(routeParserCases([{ name: 'a parser', mount, cure }]), mount)).toHaveLength(1)
  })
})
