// Compiled by `tsc`, never run: what an application writes that is CommonJS.
import { type GitHubInstallation, pemKey } from '@hubauth/core'
import { GitHubAuth, GitHubAuthModule } from '@hubauth/nestjs'
import { GitHubHealthIndicator } from '@hubauth/nestjs/terminus'
import { Controller, Get, Module } from '@nestjs/common'

@Controller('orgs/:org')
class OrgsController {
  @Get()
  list(@GitHubAuth('org') github: GitHubInstallation) {
    return github.fetch('/installation/repositories')
  }
}

@Module({
  imports: [GitHubAuthModule.forRoot({ appId: 1, key: pemKey(''), authorize: 'guards' })],
  controllers: [OrgsController],
  providers: [GitHubHealthIndicator],
})
export class AppModule {}
