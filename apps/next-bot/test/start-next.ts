import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { join, relative } from 'node:path'
import { createInterface } from 'node:readline'
import type { Readable } from 'node:stream'
import { fileURLToPath } from 'node:url'

/** A Next.js server that listens. */
export interface RunningNext {
  readonly url: string
  close(): Promise<void>
}

/** Inside this package, so that Next.js finds itself, and out of sight of git. */
const PROJECTS = fileURLToPath(new URL('../dist/', import.meta.url))
const PACKAGES = '../../../../packages'

/** Next.js cannot be told of the condition under which the other packages here give their sources. */
const CONFIG = {
  turbopack: {
    root: fileURLToPath(new URL('../../../', import.meta.url)),
    resolveAlias: {
      '@hubauth/bot': '../../../bot/src/index.ts',
      '@hubauth/core': `${PACKAGES}/core/src/index.ts`,
      '#hmac': `${PACKAGES}/core/src/webhook/hmac.node.ts`,
    },
  },
}

const ROUTES = {
  'github/webhooks': '../src/app/github/webhooks/route.ts',
  slow: './slow-route.ts',
}

/**
 * Runs `next dev` on a project of its own that has nothing but the routes. The project is in JavaScript: in one in
 * TypeScript, Next.js writes files and installs what it misses.
 */
export async function startNext(
  environment: Readonly<Record<string, string | undefined>>,
): Promise<RunningNext> {
  await mkdir(PROJECTS, { recursive: true })
  const project = await mkdtemp(join(PROJECTS, 'test-'))
  await writeFile(join(project, 'next.config.mjs'), `export default ${JSON.stringify(CONFIG)}`)
  for (const [path, source] of Object.entries(ROUTES)) {
    const folder = join(project, 'app', path)
    await mkdir(folder, { recursive: true })
    const file = fileURLToPath(new URL(source, import.meta.url))
    await writeFile(join(folder, 'route.js'), `export * from ${JSON.stringify(relative(folder, file))}`)
  }
  const cli = createRequire(import.meta.url).resolve('next/dist/bin/next')
  const next = spawn(process.execPath, [cli, 'dev', project, '--port', '0', '--hostname', '127.0.0.1'], {
    env: { ...environment, PATH: process.env.PATH, NEXT_TELEMETRY_DISABLED: '1', NO_COLOR: '1' },
    stdio: ['ignore', 'pipe', 'inherit'],
    // A group of its own: the command line starts the server as another process.
    detached: true,
  })
  const ended = once(next, 'exit')
  const close = async () => {
    if (next.exitCode === null && next.pid !== undefined) process.kill(-next.pid, 'SIGKILL')
    await ended
    await rm(project, { recursive: true, maxRetries: 3 })
  }
  try {
    const crashed = ended.then(() => Promise.reject(new Error('next dev ended before it listened.')))
    return { url: await Promise.race([address(next.stdout), crashed]), close }
  } catch (error) {
    await close()
    throw error
  }
}

/** Reads the output to its end, so that the server never waits for its reader. */
function address(output: Readable): Promise<string> {
  return new Promise((resolve) => {
    createInterface(output).on('line', (line) => {
      const url = /Local:\s+(http:\S+)/.exec(line)?.[1]
      if (url !== undefined) resolve(url)
    })
  })
}
