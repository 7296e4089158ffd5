export { type BullmqQueue, bullmqQueue } from './bullmq-queue.ts'
export type { DeadLetter } from './dead-letters.ts'
export type { BullmqQueueOptions } from './queue-options.ts'
