import type { Answer } from '../measure/child.ts'

/** Tells the parent that this process is ready, and answers its questions until the parent is gone. */
export function serveParent(ready: Answer, answer: (question: string) => Answer | Promise<Answer>): void {
  process.on('disconnect', () => process.exit(0))
  process.on('message', async (question) => {
    process.send?.(await answer(String(question)))
  })
  process.send?.(ready)
}
