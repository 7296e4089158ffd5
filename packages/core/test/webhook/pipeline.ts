import {
  createDeliveryWorker,
  createWebhookReceiver,
  type DeliveryQueue,
  type DeliveryWorkerOptions,
  memoryQueue,
  type QueueWork,
} from '../../src/index.ts'
import { timeline } from '../timeline.ts'
import { request, SECRET } from './deliveries.ts'

/** A receiver and a worker with a queue between them. */
export function pipeline<Github = undefined>(options: Partial<DeliveryWorkerOptions<Github>> = {}) {
  const time = timeline()
  const reported: [error: unknown, delivery: string | undefined][] = []
  const kept: unknown[] = []
  const memory = memoryQueue({ clock: time.clock, attempts: 3 })
  const queue: DeliveryQueue = {
    add: (entry, times) => memory.add(entry, times),
    process(work, means) {
      // What a queue keeps of a failure.
      const noted: QueueWork = (entry, attempt) =>
        work(entry, attempt).catch((error: unknown) => {
          kept.push(error)
          throw error
        })
      return memory.process(noted, means)
    },
  }
  const receiver = createWebhookReceiver({ secrets: SECRET, clock: time.clock, queue })
  const worker = createDeliveryWorker<Github>({
    queue,
    clock: time.clock,
    onError: (error, delivery) => reported.push([error, delivery?.name]),
    ...options,
  })
  const receive = (delivery: Parameters<typeof request>[0] = {}) => receiver.receive(request(delivery))
  return { time, queue, memory, receiver, worker, receive, reported, kept }
}
