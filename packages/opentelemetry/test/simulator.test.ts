import { createGitHubAuth, pemKey } from '@hubauth/core'
import { startSimulator } from '@hubauth/simulator'
import { rsaKey } from '@hubauth/testing'
import { context } from '@opentelemetry/api'
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks'
import { expect, onTestFinished, test } from 'vitest'
import { startTelemetry, type Telemetry } from './start-telemetry.ts'

async function startApp(telemetry: Telemetry) {
  const key = rsaKey()
  const simulator = await startSimulator({
    app: { privateKey: key.pkcs1 },
    accounts: [{ login: 'acme', repositories: [{ name: 'rockets' }], installation: { id: 7 } }],
  })
  onTestFinished(() => simulator.close())
  const auth = createGitHubAuth({
    appId: simulator.app.id,
    key: pemKey(key.pkcs8),
    baseUrl: simulator.url,
    observe: telemetry.observer(),
  })
  return { key, simulator, github: auth.installation({ owner: 'acme' }) }
}

test('what an app does at GitHub is there to be scraped, without its token, its key or the repository', async () => {
  const telemetry = startTelemetry()
  const { key, simulator, github } = await startApp(telemetry)
  const { value: token } = await github.token()
  const response = await github.fetch('/repos/acme/rockets')
  expect(response.status).toBe(200)

  const app = { 'hubauth.app': String(simulator.app.id) }
  expect(await telemetry.value('hubauth.token.mint.duration', app)).toBe(1)
  expect(
    await telemetry.value('http.client.request.duration', {
      ...app,
      'http.request.method': 'GET',
      'http.response.status_code': 200,
      'hubauth.actor': 'installation',
      'server.address': '127.0.0.1',
      'server.port': Number(new URL(simulator.url).port),
    }),
  ).toBe(1)
  const spans = telemetry.spans()
  expect(spans.map(({ name }) => name)).toEqual(expect.arrayContaining(['hubauth.mint', 'GET']))

  const seen = `${await telemetry.scrape()}${JSON.stringify(spans.map(({ name, attributes }) => [name, attributes]))}`
  expect(seen).toContain('hubauth_token_mint_duration_count')
  for (const secret of [token, key.pkcs8, 'rockets', 'acme']) expect(seen).not.toContain(secret)
})

test('what callers share is below one of them, and what each does by itself is below its own span', async () => {
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable())
  onTestFinished(() => context.disable())
  const telemetry = startTelemetry()
  const { github } = await startApp(telemetry)
  const tracer = telemetry.tracerProvider.getTracer('test')
  const call = (name: string) =>
    tracer.startActiveSpan(name, async (span) => {
      await github.fetch('/repos/acme/rockets')
      span.end()
    })
  await Promise.all([call('first'), call('second')])
  const spans = telemetry.spans()
  const parentOf = (child: (typeof spans)[number]) =>
    spans.find((span) => span.spanContext().spanId === child.parentSpanContext?.spanId)?.name
  const parentsOf = (name: string, actor?: string) =>
    spans
      .filter((span) => span.name === name && (!actor || span.attributes['hubauth.actor'] === actor))
      .map(parentOf)
  expect(parentsOf('hubauth.mint')).toHaveLength(1)
  expect(['first', 'second']).toContain(parentsOf('hubauth.mint')[0])
  expect(parentsOf('GET', 'installation').sort()).toEqual(['first', 'second'])
})
