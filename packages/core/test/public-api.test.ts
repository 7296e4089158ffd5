import { expect, it } from 'vitest'
import * as core from '../src/index.ts'

it('exports exactly these names: a change of this list is a decision', () => {
  expect(Object.keys(core).sort()).toEqual([
    'Delivery',
    'ERRORS',
    'GitHubApp',
    'GitHubInstallation',
    'HubauthError',
    'Token',
    'authenticatedFetch',
    'cachedTokens',
    'createDeliveryVerifier',
    'createFetchHandler',
    'createGitHubAuth',
    'createSignatureVerifier',
    'createWebhookReceiver',
    'errorResponse',
    'githubHost',
    'memoryCache',
    'memoryClaims',
    'memoryLease',
    'pemKey',
    'plaintextCache',
    'requestInstallation',
    'sealedCache',
    'singleFlightTokens',
    'staticToken',
    'systemClock',
    'withGitHubAuth',
  ])
})
