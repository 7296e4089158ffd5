import fc from 'fast-check'
import { test } from 'vitest'
import { startSimulator } from '../../src/index.ts'
import { PRIVATE_KEY, START_SECONDS } from '../support/app-jwt.ts'
import { OAuthModel } from './oauth-model.ts'
import { judgeTokens, takeStep, USERS } from './oauth-play.ts'
import { type OAuthStep, oauthStory } from './oauth-story.ts'

const RUNS = 80

async function play(story: readonly OAuthStep[]): Promise<void> {
  const github = await startSimulator({
    clock: { now: () => START_SECONDS * 1000 },
    apps: [{ privateKey: PRIVATE_KEY }, { slug: 'other', privateKey: PRIVATE_KEY }],
    accounts: USERS.map((login) => ({ login, type: 'User' })),
  })
  try {
    const model = new OAuthModel(START_SECONDS * 1000)
    for (const step of story) await takeStep(github, model, step)
    await judgeTokens(github, model)
  } finally {
    await github.close()
  }
}

test('A single-use secret is good once, for its app, in its time; and what is over stays over, whatever happens', async () => {
  await fc.assert(fc.asyncProperty(oauthStory, play), { numRuns: RUNS })
}, 60_000)
