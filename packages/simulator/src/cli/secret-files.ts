import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { SimulatedApp } from '../simulator.ts'

/** The secrets of apps as files that only this user can read. */
export interface SecretFiles {
  /** @throws {TypeError} when there was no such app. */
  of(slug: string): AppFiles
  remove(): void
}

interface AppFiles {
  readonly privateKeyFile: string
  readonly webhookSecretFile: string
  readonly clientSecretFile: string
}

/** Writes the apps' secrets into a fresh directory (0700), each file 0600. */
export function writeSecretFiles(apps: readonly SimulatedApp[]): SecretFiles {
  const directory = mkdtempSync(join(tmpdir(), 'hubauth-simulator-'))
  const write = (name: string, content: string): string => {
    const path = join(directory, name)
    writeFileSync(path, content, { mode: 0o600 })
    return path
  }
  const files = new Map<string, AppFiles>()
  for (const [index, { slug, privateKey, webhookSecret, clientSecret }] of apps.entries())
    files.set(slug, {
      privateKeyFile: write(`${slug}.private-key.pem`, privateKey),
      webhookSecretFile: write(index === 0 ? 'webhook-secret' : `${slug}.webhook-secret`, webhookSecret),
      clientSecretFile: write(`${slug}.client-secret`, clientSecret),
    })
  return {
    of(slug) {
      const found = files.get(slug)
      if (found === undefined) throw new TypeError(`There was no app "${slug}"`)
      return found
    },
    remove: () => rmSync(directory, { recursive: true, force: true }),
  }
}
