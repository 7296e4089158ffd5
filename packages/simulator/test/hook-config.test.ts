import { describe, expect, test } from 'vitest'
import { appJwt } from './support/app-jwt.ts'
import { answerViolations } from './support/github-schemas.ts'
import { call, startTestGitHub, tokenFor } from './support/test-github.ts'
import { hmac, only, startReceiver } from './support/webhook-receiver.ts'

const CONFIG = '/app/hook/config'
const URL_TEXT = 'https://example.com/hook'

describe('The configuration of a hook', () => {
  test('is shown without its secret', async () => {
    const github = await startTestGitHub({ app: { webhookUrl: URL_TEXT } })
    const answer = await call(github, `GET ${CONFIG}`, { auth: appJwt(github) })
    expect(answerViolations('GET /app/hook/config', answer)).toEqual([])
    expect(answer.json).toEqual({
      content_type: 'json',
      insecure_ssl: '0',
      secret: '********',
      url: URL_TEXT,
    })
  })

  test('has no secret when there is none', async () => {
    const github = await startTestGitHub({ app: { webhookUrl: URL_TEXT, webhookSecret: '' } })
    const { json } = await call(github, `GET ${CONFIG}`, { auth: appJwt(github) })
    expect(json).toEqual({ content_type: 'json', insecure_ssl: '0', url: URL_TEXT })
  })

  test('changes as far as it is sent, and counts for the next delivery', async () => {
    const receiver = await startReceiver()
    const github = await startTestGitHub({ app: { webhookUrl: URL_TEXT } })
    const patch = async (body: unknown) =>
      (await call(github, `PATCH ${CONFIG}`, { auth: appJwt(github), body })).json
    expect(await patch({ url: receiver.url, insecure_ssl: 1 })).toMatchObject({
      url: receiver.url,
      insecure_ssl: '1',
      content_type: 'json',
    })
    expect(await patch({ content_type: 'form', secret: 'the new one' })).toEqual({
      url: receiver.url,
      insecure_ssl: '1',
      content_type: 'form',
      secret: '********',
    })
    github.ping()
    await github.settled()
    const { headers, body } = only(receiver.received)
    expect(headers['content-type']).toBe('application/x-www-form-urlencoded')
    expect(headers['x-hub-signature-256']).toBe(hmac('sha256', { body, secret: 'the new one' }))
    expect(github.apps[0]).toMatchObject({ webhookSecret: 'the new one', webhookUrl: receiver.url })
  })

  test.for([
    [{ url: 'ftp://example.com/' }],
    [{ url: 'nowhere' }],
    [{ url: 'http://%E0@127.0.0.1:1/' }],
    [{ url: 'http://user:p%@127.0.0.1:1/' }],
    [{ url: null }],
    [{ content_type: 'xml' }],
    [{ insecure_ssl: 'yes' }],
    [{ insecure_ssl: true }],
    [{ secret: 7 }],
    [{ secret: 'planted', url: 7 }],
  ])('does not change at all when something in it does not hold: %j', async ([body]) => {
    const github = await startTestGitHub({ app: { webhookUrl: URL_TEXT } })
    const answer = await call(github, `PATCH ${CONFIG}`, { auth: appJwt(github), body })
    expect(answer.status).toBe(422)
    expect(answerViolations('PATCH /app/hook/config', answer)).toEqual([])
    expect(JSON.stringify(answer.json)).not.toContain('planted')
    const { json } = await call(github, `GET ${CONFIG}`, { auth: appJwt(github) })
    expect(json).toEqual({ content_type: 'json', insecure_ssl: '0', secret: '********', url: URL_TEXT })
    expect(github.apps[0]?.webhookSecret).toBe(github.app.webhookSecret)
  })

  test('is for the app itself', async () => {
    const github = await startTestGitHub({ app: { webhookUrl: URL_TEXT } })
    for (const auth of [await tokenFor(github, 'acme'), github.createPersonalAccessToken('monalisa')])
      expect((await call(github, `GET ${CONFIG}`, { auth })).status).toBe(401)
  })
})
