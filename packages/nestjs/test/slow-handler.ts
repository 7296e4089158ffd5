import { Injectable, type OnModuleDestroy } from '@nestjs/common'
import { OnGitHubEvent } from '../src/index.ts'

/** A handler that runs until it is told to finish, and the order in which things end. */
export function slowHandler() {
  const order: string[] = []
  let finish: () => void = () => undefined
  let started: () => void = () => undefined
  const isStarted = new Promise<void>((resolve) => {
    started = resolve
  })
  const told = new Promise<void>((resolve) => {
    finish = resolve
  })
  @Injectable()
  class Issues implements OnModuleDestroy {
    @OnGitHubEvent('issues')
    async onIssue() {
      started()
      await told
      order.push('handled')
    }

    onModuleDestroy() {
      order.push('destroyed')
    }
  }
  return { Issues, order, isStarted, finish: () => finish() }
}
