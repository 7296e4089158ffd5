import type { GitHubInstallation } from '@hubauth/core'
import { Injectable } from '@nestjs/common'
import { describe, expect, it } from 'vitest'
import { GitHubAuth, OnGitHubEvent } from '../src/index.ts'
import { Base, startHandlers } from './start-handlers.ts'

describe('@OnGitHubEvent with a limited @GitHubAuth', () => {
  it('is not called with a token for all repositories when the function that names them names none', async () => {
    @Injectable()
    class Issues extends Base {
      @OnGitHubEvent('issues')
      onIssue(
        @GitHubAuth(undefined, { repositories: () => undefined as unknown as string[] })
        _: GitHubInstallation,
      ) {
        this.seen.all.push('called')
      }
    }
    const { deliver, seen, close } = await startHandlers([Issues])
    expect((await deliver()).status).toBe(500)
    expect(seen).toEqual([])
    await close()
  })
})
