import { startChild } from '../measure/child.ts'
import { type Comparison, compare } from '../measure/comparison.ts'
import { interleave, type Role } from '../measure/interleave.ts'
import type { Row, RowContext } from './row.ts'

const OURS = 'createGitHubAuth'

/** Whether a service with very many installations still has a token for each of them, and what that costs. */
export const manyInstallations: Row = {
  name: 'many-installations',
  title: '100,000 installations cached',
  limit: 'Map of token and expiry',
  async measure({ isQuick }: RowContext) {
    const comparisons: Comparison[] = []
    for (const length of isQuick ? [40] : [40, 520]) comparisons.push(...(await measureLength(length)))
    return comparisons
  },
}

async function measureLength(length: number): Promise<Comparison[]> {
  const candidates = [
    candidate('limit', 'Map', ['map', `${length}`]),
    candidate('hubauth', OURS, ['hubauth', `${length}`]),
    // Its default cache, so the heap below is that of 15 000 entries spread over all installations.
    candidate('peer', '@octokit/auth-app (keeps 15,000)', ['auth-app', `${length}`]),
  ]
  // Counts and heap sizes are the same in every round.
  const samples = await interleave(candidates, 1)
  const what = `tokens of ${length} characters`
  return [
    compare(samples, {
      what: `${what}, minted again in a second pass`,
      unit: 'mints',
      metric: 'remints',
      target: { of: OURS, by: 'value', atMost: 0, atLeast: 0 },
    }),
    compare(samples, {
      what: `${what}, heap per installation`,
      unit: 'B',
      metric: 'bytesPerEntry',
      target: { of: OURS, by: 'ratio', atMost: 1.6 },
    }),
  ]
}

function candidate(role: Role, name: string, args: readonly string[]) {
  return {
    name,
    role,
    async sample() {
      const child = await startChild('filled-cache', args, ['--expose-gc'])
      await child.stop()
      return child.ready
    },
  }
}
