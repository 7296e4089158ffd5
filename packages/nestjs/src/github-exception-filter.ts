import { HubauthError } from '@hubauth/core'
import { type ArgumentsHost, Catch } from '@nestjs/common'
import { BaseExceptionFilter } from '@nestjs/core'
import { nestError } from './nest-error.ts'

/**
 * Answers what `github.fetch` throws in a controller as the errors of the decorators are answered: with its `code`, and
 * logged only from status 500 on. For HTTP: `@UseFilters(GitHubExceptionFilter)` on controllers, or `APP_FILTER` where
 * there are no WebSocket gateways, whose errors it would keep to itself.
 */
@Catch(HubauthError)
export class GitHubExceptionFilter extends BaseExceptionFilter {
  override catch(error: unknown, host: ArgumentsHost): void {
    // Elsewhere, the default of the context answers.
    if (host.getType() === 'http') super.catch(nestError(error, host), host)
  }
}
