import { type IssueOpened, thank } from '@hubauth/bot'
import type { Delivery, GitHubInstallation } from '@hubauth/core'
import { GitHubAuth, GitHubEvent, OnGitHubEvent } from '@hubauth/nestjs'
import { Injectable } from '@nestjs/common'

/** What the bot does. */
@Injectable()
export class Issues {
  @OnGitHubEvent('issues.opened')
  async onOpened(
    @GitHubEvent() delivery: Delivery<IssueOpened>,
    @GitHubAuth() github: GitHubInstallation,
  ): Promise<void> {
    await thank(delivery, github)
  }
}
