import type { GitHubInstallation } from '@hubauth/core'
import type { INestApplication } from '@nestjs/common'
import { WsAdapter } from '@nestjs/platform-ws'
import { MessageBody, SubscribeMessage, WebSocketGateway } from '@nestjs/websockets'
import { GitHubAuth } from '../src/index.ts'

@WebSocketGateway()
class OrgsGateway {
  @SubscribeMessage('orgs')
  orgs(@MessageBody('org') org: string, @GitHubAuth('org') github: GitHubInstallation) {
    return { event: 'orgs', data: `${org} ${typeof github.fetch}` }
  }
}

/** A gateway that acts as installations. */
export const websocketApp = {
  providers: [OrgsGateway],
  prepare: (app: INestApplication) => app.useWebSocketAdapter(new WsAdapter(app)),
}
