import { describe, expect, it } from 'vitest'
import { deferred } from '../deferred.ts'
import type { KeyLabel } from '../key/signers.ts'
import { json, scriptedGitHub } from '../scripted-github.ts'
import { cycling, signer } from './refusing-github.ts'

const refusal = (message = 'Requires authentication') => json({ message }, { status: 401 })

// What GitHub answers 401 to, whatever the key, must not decide over other calls.
describe('a call that GitHub refuses for a reason of its own', () => {
  it('keeps nobody from correcting the clock', async () => {
    let isSkewed = false
    const { auth, time, sent } = scriptedGitHub(({ path }) => {
      if (path === '/user') return refusal()
      if (!isSkewed) return undefined
      isSkewed = false
      const date = new Date(time.clock.now() + 1_200_000).toUTCString()
      const message = "'Expiration time' claim ('exp') is in the past"
      return json({ message }, { status: 401, headers: { date } })
    })
    const { app } = auth({ key: time.trackKey(cycling('one').key) })
    expect((await time.settle(app.fetch('/app'))).status).toBe(200)
    expect((await time.settle(app.fetch('/user'))).status).toBe(401)
    isSkewed = true
    expect((await time.settle(app.fetch('/app'))).status).toBe(200)
    expect(sent).toHaveLength(4)
  })

  it('fails no call that got the JWT by another key before GitHub took the first one', async () => {
    const taken = deferred()
    const isTaken = deferred()
    const others: Promise<Response>[] = []
    const { auth, time } = scriptedGitHub(async ({ path, headers }) => {
      const by = signer(headers.get('authorization') ?? '')
      if (path === '/first') await taken.promise
      if (path === '/user' && by === 'two') others.push(app.fetch('/second'))
      if (path === '/second' && by === 'two') {
        taken.resolve()
        await isTaken.promise
      }
      return path === '/user' || by === 'two' ? refusal() : undefined
    })
    const { app } = auth({ key: time.trackKey(cycling('one', 'two').key) })
    const first = app.fetch('/first').finally(() => isTaken.resolve())
    const user = app.fetch('/user')
    await first
    await user
    const answers = await Promise.all(others)
    expect(answers.map(({ status }) => status)).toEqual([200])
  })

  it('uses up no key for those who have not tried it', async () => {
    const accepted = new Set<KeyLabel>(['one'])
    const others: Promise<Response>[] = []
    const { auth, time } = scriptedGitHub(({ path, headers }) => {
      const by = signer(headers.get('authorization') ?? '')
      if (path === '/user' && by === 'three') {
        accepted.clear()
        accepted.add('two')
        others.push(app.fetch('/app'))
      }
      return path === '/user' || !accepted.has(by) ? refusal() : undefined
    })
    const { app } = auth({ key: time.trackKey(cycling('one', 'two', 'three').key) })
    await time.settle(app.fetch('/app'))
    expect((await time.settle(app.fetch('/user'))).status).toBe(401)
    const answers = await time.settle(Promise.all(others))
    expect(answers.map(({ status }) => status)).toEqual([200])
  })
})
