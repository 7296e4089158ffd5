import { createPublicKey } from 'node:crypto'
import { fingerprint, generateAppKey } from '../auth/app-keys.ts'
import type { SimulatedApp, Simulator } from '../simulator.ts'
import type { App } from '../state/entities.ts'
import type { GitHubState } from '../state/github-state.ts'
import { knownFrom } from '../state/replication.ts'
import { appOf } from '../state/seed.ts'

/** What owners of apps do to their keys. */
export function appControls(state: GitHubState): Pick<Simulator, 'addKey' | 'deleteKey'> {
  return {
    async addKey({ app: slug } = {}) {
      const app = appOf(state, slug)
      const key = await generateAppKey()
      app.keys.set(key.fingerprint, {
        key,
        knownAt: knownFrom(state.clock.now(), state.replication.lag.keyMs),
      })
      return key.pem
    },
    deleteKey(key) {
      const wanted = key.startsWith('SHA256:') ? key : fingerprintOf(key)
      if (!state.apps.all().some(({ keys }) => keys.delete(wanted)))
        throw new TypeError('deleteKey(key): the app has no such key')
    },
  }
}

/** An app as its owner sees it, secrets included. */
export function simulatedApp(app: App): SimulatedApp {
  return Object.freeze({
    id: app.id,
    clientId: app.clientId,
    clientSecret: app.oauth.clientSecret,
    slug: app.slug,
    name: app.name,
    privateKey: app.firstKey.pem,
    privateKeyFingerprint: app.firstKey.fingerprint,
    webhookSecret: app.hook.secret,
    webhookUrl: app.hook.url,
    bot: Object.freeze({ login: app.bot.login, id: app.bot.id }),
  })
}

function fingerprintOf(pem: string): string {
  try {
    return fingerprint(createPublicKey(pem))
  } catch {
    throw new TypeError('deleteKey(key): key must be a PEM or a SHA256: fingerprint')
  }
}
