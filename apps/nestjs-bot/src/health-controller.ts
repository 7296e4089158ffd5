import { Controller, Get } from '@nestjs/common'

/** Says that the bot runs. */
@Controller()
export class HealthController {
  @Get('healthz')
  check(): { readonly ok: boolean } {
    return { ok: true }
  }
}
