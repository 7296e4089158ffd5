import { Refusal } from '../errors/refusal.ts'
import type { Author } from '../state/entities.ts'
import type { Actor } from './actor.ts'

/**
 * As whom an actor writes: an installation as the bot of its app, a user as itself.
 *
 * @throws {Refusal} 401 for whoever is neither.
 */
export function authorOf(actor: Actor): Author {
  switch (actor.kind) {
    case 'installation': {
      const { app } = actor.token.installation
      return { account: app.bot, app }
    }
    case 'user': {
      const { user, app } = actor.token
      return app === undefined ? { account: user } : { account: user, app }
    }
    default:
      throw new Refusal('REQUIRES_AUTHENTICATION')
  }
}
