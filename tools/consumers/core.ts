import {
  createFetchHandler,
  createGitHubAuth,
  createWebhookReceiver,
  type DeliveryOf,
  type GitHubInstallation,
  HubauthError,
  type KeySource,
  keyFingerprint,
  keyRing,
  pemKey,
  signerKey,
  storedSecret,
} from '@hubauth/core'

const secret = storedSecret({
  store: 'My store',
  secretId: 'app',
  fetch: async () => '{"key":"","webhook":""}',
})
const signer = signerKey({
  store: 'My HSM',
  keyId: 'app',
  publicKey: async () => new Uint8Array(),
  sign: async (input) => input,
})
const key: KeySource = keyRing({ sign: async () => new Uint8Array(256) }, pemKey(secret.field('key')), signer)
export const fingerprint: () => Promise<string> = () => keyFingerprint(key)
export const verified = async () =>
  (await createGitHubAuth({ appId: 1, key }).app.verifyKey()).slug.toUpperCase()
export const rotating = createWebhookReceiver({ secrets: ['secret', secret.field('webhook')] })
const auth = createGitHubAuth({ appId: 1, key })
const onCreated = ({ payload }: DeliveryOf<'installation.created'>) =>
  payload.installation.app_slug.toUpperCase()
const receiver = createWebhookReceiver({ secrets: 'secret', auth })
  .on('installation.created', onCreated)
  .on('installation.suspend', ({ payload }, github: GitHubInstallation) => [payload.sender.login, github])
  .on<{ readonly mine: string }>('mine.happened', ({ payload }) => payload.mine.length)
  // @ts-expect-error A typo does not compile.
  .on('installation.deleted', ({ payload }) => payload.instalation)
export const fetchHandler: (request: Request) => Promise<Response> = createFetchHandler(receiver)
export const isOurs = (error: unknown) => HubauthError.isInstance(error) && error.code === 'THROTTLED'
