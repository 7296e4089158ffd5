import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { compare } from '../measure/comparison.ts'
import { type Candidate, interleave, type Role } from '../measure/interleave.ts'
import type { Row, RowContext } from './row.ts'

const OURS = '@hubauth/core'

/** What a command or a cold function waits for before its first line runs. */
export const importTime: Row = {
  name: 'import-time',
  title: 'Import, over bare node',
  limit: 'a process that imports nothing; fresh processes',
  async measure({ isQuick }: RowContext) {
    const started = [
      fresh('limit', 'nothing', 'import-nothing'),
      fresh('hubauth', OURS, 'import-core'),
      fresh('peer', '@octokit/auth-app', 'import-auth-app'),
      fresh('peer', '@octokit/auth-app, @octokit/webhooks', 'import-octokit'),
    ]
    // The files come from the disk the first time.
    for (const { sample } of started) await sample()
    const samples = await interleave(started, isQuick ? 7 : 31)
    const bare = samples[0]?.rounds ?? []
    const over = samples.map(({ candidate, rounds }) => ({
      candidate,
      rounds: rounds.map((sample, round) => ({ ms: (sample.ms ?? Number.NaN) - (bare[round]?.ms ?? 0) })),
    }))
    return [
      compare(over, {
        what: 'wall time over bare node',
        unit: 'ms',
        metric: 'ms',
        target: { of: OURS, by: 'value', atMost: 12 },
      }),
      compare(samples, { what: 'the whole process', unit: 'ms', metric: 'ms' }),
    ]
  },
}

function fresh(role: Role, name: string, file: string): Candidate {
  const path = fileURLToPath(new URL(`../processes/${file}.js`, import.meta.url))
  return {
    name,
    role,
    async sample() {
      const start = performance.now()
      const child = spawn(process.execPath, [path], { stdio: 'ignore' })
      const [code] = await once(child, 'exit')
      if (code !== 0) throw new Error(`${file} ended with ${code}.`)
      return { ms: performance.now() - start }
    },
  }
}
