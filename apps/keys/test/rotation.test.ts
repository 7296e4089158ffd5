import { mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { type KeySource, keyFingerprint, keyRing, pemKey } from '@hubauth/core'
import { fileKey } from '@hubauth/node'
import type { Simulator } from '@hubauth/simulator'
import { rsaKey } from '@hubauth/testing'
import { expect, it, onTestFinished } from 'vitest'
import { SECRET_STORES } from './every-store.ts'
import { authAt, startGitHub } from './github.ts'

const PER_SECOND = 500
const SECONDS = 10
const TICK_MS = 10
/** A machine that is busy gets them later, not all at once. */
const MAX_RUNNING = 100

/** One PEM in three places, replaced in all of them at once. */
async function rotatingKeys(first: string) {
  const folder = mkdtempSync(join(tmpdir(), 'hubauth-rotation-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  const path = join(folder, 'app.pem')
  const [aws, vault] = [
    await SECRET_STORES['AWS Secrets Manager'](first, {}),
    await SECRET_STORES['Vault KV'](first, {}),
  ]
  const put = (pem: string) => {
    aws.put(pem)
    vault.put(pem)
    // A new file takes its name, as with people and with secret mounts.
    writeFileSync(`${path}.new`, pem, { mode: 0o600 })
    renameSync(`${path}.new`, path)
  }
  put(first)
  const sources: readonly KeySource[] = [
    fileKey(path),
    pemKey(aws.source.field('acme')),
    keyRing(pemKey(first), pemKey(vault.source.field('acme'))),
  ]
  return { put, sources }
}

/** What an app does with its JWT: mostly with one that it has, sometimes as a process that just started with the same key. */
function callsOf(github: Simulator, source: KeySource): readonly (() => Promise<unknown>)[] {
  const { app } = authAt(github, source)
  const running = async () => {
    const response = await app.fetch('/app')
    if (response.status !== 200) throw new Error(`GitHub answered ${response.status}.`)
  }
  const starting = () => authAt(github, source).installation({ owner: 'acme' }).token()
  return [running, running, running, running, starting]
}

it(`fails no call of ${PER_SECOND} a second while keys are added, put in place and deleted`, async () => {
  const first = rsaKey({ label: 'rotation' }).pkcs1
  const github = await startGitHub(first)
  const second = await github.addKey()
  const { put, sources } = await rotatingKeys(first)
  let third = ''
  const steps: Readonly<Record<number, () => Promise<void> | void>> = {
    2: () => put(second),
    3: () => github.deleteKey(first),
    // GitHub does not know the next key at once; the one before it goes on.
    5: async () => {
      github.setReplicationLag({ keyMs: 1_500 })
      third = await github.addKey()
      put(third)
    },
    8: () => github.deleteKey(second),
  }
  const calls = sources.map((source) => callsOf(github, source))
  const failures: unknown[] = []
  const running: Promise<unknown>[] = []
  let done = 0
  const startedAt = performance.now()
  for (let sent = 0; sent < PER_SECOND * SECONDS; ) {
    await pause(TICK_MS)
    const due = Math.min(
      PER_SECOND * SECONDS,
      Math.floor(((performance.now() - startedAt) / 1_000) * PER_SECOND),
    )
    for (; sent < due && sent - done < MAX_RUNNING; sent++) {
      if (sent % PER_SECOND === 0) await steps[sent / PER_SECOND]?.()
      const kinds = calls[sent % calls.length] ?? []
      const call = kinds[Math.floor(sent / calls.length) % kinds.length]
      const ended = Promise.resolve(call?.()).catch((error: unknown) => failures.push(error))
      running.push(ended.then(() => done++))
    }
  }
  await Promise.all(running)
  expect(failures).toEqual([])
  expect(running).toHaveLength(PER_SECOND * SECONDS)
  // It was no easy time: GitHub refused signatures of each deleted key.
  expect(github.requests.filter(({ status }) => status === 401).length).toBeGreaterThan(0)
  const inUse = await Promise.all(sources.map((source) => keyFingerprint(source)))
  expect(new Set(inUse)).toEqual(new Set([await keyFingerprint(pemKey(third))]))
})
