import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'

/** What a child answers: figures by name. */
export type Answer = Readonly<Record<string, number>>

/** A process of its own, so that its work is not on our clock, nor in our heap. */
export interface Child {
  /** What the child said when it was ready. */
  readonly ready: Answer
  ask(question: string): Promise<Answer>
  stop(): Promise<void>
}

const running = new Set<ChildProcess>()
process.on('exit', () => {
  for (const child of running) child.kill('SIGKILL')
})

/**
 * Starts `processes/NAME.js`, which sends a first message when it is ready, and one for each question.
 *
 * @throws {Error} When it ends before it answers.
 */
export async function startChild(
  name: string,
  args: readonly string[] = [],
  execArgv: readonly string[] = [],
): Promise<Child> {
  const file = fileURLToPath(new URL(`../processes/${name}.js`, import.meta.url))
  const child = fork(file, [...args], { execArgv: [...execArgv] })
  running.add(child)
  const ended = once(child, 'exit').then(() => running.delete(child))
  const nextAnswer = async (): Promise<Answer> => {
    const noAnswer = ended.then(() => {
      throw new Error(`${name} ${args.join(' ')} ended with code ${child.exitCode} before it answered.`)
    })
    // The child is a file of this package, and sends nothing else.
    const [answer] = (await Promise.race([once(child, 'message'), noAnswer])) as [Answer]
    return answer
  }
  return {
    ready: await nextAnswer(),
    ask(question) {
      const answer = nextAnswer()
      child.send(question)
      return answer
    },
    async stop() {
      child.kill('SIGKILL')
      await ended
    },
  }
}
