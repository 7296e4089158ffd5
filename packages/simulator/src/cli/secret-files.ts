import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { SimulatedApp } from '../simulator.ts'

/** The app's secrets as files that only this user can read. */
export interface SecretFiles {
  readonly privateKeyFile: string
  readonly webhookSecretFile: string
  remove(): void
}

/** Writes the app's secrets into a fresh directory (0700), each file 0600. */
export function writeSecretFiles(app: SimulatedApp): SecretFiles {
  const directory = mkdtempSync(join(tmpdir(), 'hubauth-simulator-'))
  const write = (name: string, content: string): string => {
    const path = join(directory, name)
    writeFileSync(path, content, { mode: 0o600 })
    return path
  }
  return {
    privateKeyFile: write(`${app.slug}.private-key.pem`, app.privateKey),
    webhookSecretFile: write('webhook-secret', app.webhookSecret),
    remove: () => rmSync(directory, { recursive: true, force: true }),
  }
}
