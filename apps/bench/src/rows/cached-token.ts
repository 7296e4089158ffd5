import { createGitHubAuth, type GitHubAuth, type GitHubInstallation, pemKey } from '@hubauth/core'
import { bytesPerCall } from '../measure/allocation.ts'
import { type Comparison, compare } from '../measure/comparison.ts'
import { type Candidate, interleave, type Role } from '../measure/interleave.ts'
import { shuffled } from '../measure/statistics.ts'
import { type Loop, timedLoop } from '../measure/timed-loop.ts'
import { authApp } from '../stubs/auth-app.ts'
import { mintingFetch } from '../stubs/token-answer.ts'
import type { Row, RowContext } from './row.ts'

const SAMPLE_MS = 30
const KEPT = 'handle kept'

/** A token that is there already: what every call of a service pays. */
export const cachedToken: Row = {
  name: 'cached-token',
  title: 'Cached token, per call',
  limit: 'await of a resolved promise held in a Map',
  async measure(context) {
    const comparisons: Comparison[] = []
    for (const installations of [1, 100, 10_000])
      comparisons.push(...(await measureCase(context, installations)))
    return comparisons
  },
}

async function measureCase(
  { privateKey, isQuick }: RowContext,
  installations: number,
): Promise<readonly Comparison[]> {
  const ids = shuffled(Array.from({ length: installations }, (_, index) => 1_000 + index))
  const auth = createGitHubAuth({ appId: 1, key: pemKey(privateKey), fetch: mintingFetch().fetch })
  const handles = ids.map((installationId) => auth.installation({ installationId }))
  await inBatches(handles, (handle) => handle.token())
  // One after another: loops that warm up side by side would share the time they are to fill.
  const candidates = [
    await candidate('promise in a Map', 'limit', limitLoop(ids)),
    await candidate(KEPT, 'hubauth', keptLoop(handles)),
    await candidate('handle made for each call', 'hubauth', anewLoop(auth, ids)),
    await candidate('@octokit/auth-app', 'peer', await authAppLoop(ids)),
  ]
  const samples = await interleave(candidates, isQuick ? 5 : 21)
  const what = `${installations.toLocaleString('en')} installation${installations === 1 ? '' : 's'}`
  return [
    compare(samples, { what, unit: 'ns', metric: 'ns', target: { of: KEPT, by: 'ratio', atMost: 3 } }),
    compare(samples, {
      what: `${what}, allocated`,
      unit: 'B',
      metric: 'bytes',
      target: { of: KEPT, by: 'value', atMost: 400 },
    }),
  ]
}

async function candidate(name: string, role: Role, loop: Loop): Promise<Candidate> {
  const timed = timedLoop(loop, SAMPLE_MS)
  await timed.warmUp()
  return {
    name,
    role,
    // Garbage collection after the timing, so that every sample begins with the heap that the others left.
    sample: async () => ({
      ns: await timed.nsPerCall(),
      bytes: await bytesPerCall(loop, role === 'peer' ? 5_000 : 300),
    }),
  }
}

function limitLoop(ids: readonly number[]): Loop {
  const promises = new Map(ids.map((id) => [id, Promise.resolve(`ghs_${id}`)]))
  return async (calls) => {
    for (let call = 0, at = 0; call < calls; call++) {
      await promises.get(ids[at] ?? 0)
      if (++at === ids.length) at = 0
    }
  }
}

function keptLoop(handles: readonly GitHubInstallation[]): Loop {
  return async (calls) => {
    for (let call = 0, at = 0; call < calls; call++) {
      await handles[at]?.token()
      if (++at === handles.length) at = 0
    }
  }
}

function anewLoop(auth: GitHubAuth, ids: readonly number[]): Loop {
  return async (calls) => {
    for (let call = 0, at = 0; call < calls; call++) {
      await auth.installation({ installationId: ids[at] ?? 0 }).token()
      if (++at === ids.length) at = 0
    }
  }
}

async function authAppLoop(ids: readonly number[]): Promise<Loop> {
  const auth = authApp({ fetch: mintingFetch().fetch })
  await inBatches(ids, (installationId) => auth({ type: 'installation', installationId }))
  return async (calls) => {
    for (let call = 0, at = 0; call < calls; call++) {
      await auth({ type: 'installation', installationId: ids[at] ?? 0 })
      if (++at === ids.length) at = 0
    }
  }
}

async function inBatches<T>(items: readonly T[], work: (item: T) => Promise<unknown>): Promise<void> {
  for (let start = 0; start < items.length; start += 100)
    await Promise.all(items.slice(start, start + 100).map(work))
}
