import { expect, it } from 'vitest'
import * as core from '../src/index.ts'

it('exports exactly these names: a change of this list is a decision', () => {
  expect(Object.keys(core).sort()).toEqual([
    'Delivery',
    'ERRORS',
    'GitHubApp',
    'GitHubInstallation',
    'HubauthError',
    'InstallationToken',
    'Token',
    'authenticatedFetch',
    'cachedTokens',
    'createDeliveryVerifier',
    'createFetchHandler',
    'createGitHubAuth',
    'createSignatureVerifier',
    'createWebhookReceiver',
    'deliveryInstallation',
    'errorResponse',
    'githubHost',
    'memoryCache',
    'memoryClaims',
    'memoryLease',
    'pemKey',
    'plaintextCache',
    'redeliverFailed',
    'requestInstallation',
    'sealedCache',
    'singleFlightTokens',
    'staticToken',
    'sweepDeliveries',
    'systemClock',
    'webRequest',
    'webResponse',
    'withGitHubAuth',
  ])
})
