import {
  createFetchHandler,
  createGitHubAuth,
  createWebhookReceiver,
  type DeliveryOf,
  type GitHubInstallation,
  HubauthError,
  type KeySource,
} from '@hubauth/core'

const key: KeySource = { sign: async () => new Uint8Array(256) }
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
