import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { githubWebhooks } from '@hubauth/express'
import express from 'express'
import { type Caller, createCaller } from '../caller.ts'
import type { Answer, CallerOptions, Question, Questions, Started } from '../protocol.ts'

const PATH = '/github/webhooks'

let caller: Caller | undefined

async function start(options: CallerOptions): Promise<Started> {
  caller = await createCaller(options)
  const app = express().post(PATH, githubWebhooks(caller.receiver))
  const server = app.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return { webhooks: `http://127.0.0.1:${(server.address() as AddressInfo).port}${PATH}` }
}

function answer({ name, argument }: Question): Promise<unknown> {
  if (name === 'start') return start(argument as CallerOptions)
  if (caller === undefined) throw new Error('This process was not told to start.')
  // The parent is a file of this package, and asks with the arguments that belong to the name.
  const ask: (argument: never) => ReturnType<Questions[typeof name]> = caller[name].bind(caller)
  return ask(argument as never)
}

process.on('disconnect', () => process.exit(0))
process.on('message', async (question: Question) => {
  const { id } = question
  const answered = await (async (): Promise<Answer> => ({ id, result: await answer(question) }))().catch(
    (error: unknown): Answer => ({ id, error: String(error) }),
  )
  process.send?.(answered)
})
