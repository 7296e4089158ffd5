// Compiled by `tsc`, never run, with the types of Koa 3 and of Koa 2: what must and must not type-check.
import type {
  Delivery,
  GitHubInstallation,
  InstallationSource,
  InstallationTarget,
  WebhookReceiver,
} from '@hubauth/core'
import Router, { type RouterContext } from '@koa/router'
import Koa, { type Context, type Middleware, type ParameterizedContext } from 'koa'
import { type GitHubState, githubAuth, githubWebhooks, verifyGitHubWebhook } from '../src/index.ts'

declare const auth: InstallationSource
declare const receiver: WebhookReceiver
declare const receiverWithGitHub: WebhookReceiver<GitHubInstallation>
declare const list: (github: GitHubInstallation | undefined) => Promise<string[]>

interface User {
  readonly organizations: readonly string[]
}
interface State extends GitHubState {
  user: User
}

// An application without types of its own.
const app = new Koa()
app.use(githubWebhooks(receiver))
app.use(githubWebhooks(receiverWithGitHub))
githubWebhooks(receiver) satisfies Middleware
app.use(verifyGitHubWebhook(receiverWithGitHub, { onError: 'throw' })).use((ctx) => {
  ctx.state.githubWebhook satisfies Delivery | undefined
})
app.use(githubAuth(auth)).use((ctx) => {
  ctx.state.github satisfies GitHubInstallation | undefined
})

const router = new Router()
router.post('/github/webhooks', githubWebhooks(receiver))
router.all('/hooks', verifyGitHubWebhook(receiver), githubAuth(auth), (ctx) => {
  ctx.state.githubWebhook satisfies Delivery | undefined
  ctx.state.github satisfies GitHubInstallation | undefined
})
router.get(
  '/orgs/:org',
  githubAuth(auth, {
    owner: (ctx) => ctx.params.org,
    authorize: (ctx, { owner }) => ctx.state.user.organizations.includes(owner),
  }),
  async (ctx) => {
    ctx.body = await list(ctx.state.github)
  },
)

// An application that types its state.
const typed = new Koa<State>()
typed.use(githubWebhooks(receiver)).use((ctx) => {
  ctx.state.user satisfies User
  // @ts-expect-error nothing puts that there, and the webhook does not blur the types
  ctx.state.usr
})
typed
  .use(verifyGitHubWebhook(receiver))
  .use(githubAuth<State>(auth))
  .use((ctx) => {
    ctx.state.user satisfies User
    // @ts-expect-error nothing puts that there
    ctx.state.usr
    // @ts-expect-error the handle may be absent: nothing put it there
    ctx.state.github.identity()
  })

const mayAct = (ctx: ParameterizedContext<State>, { owner = '' }: InstallationTarget) =>
  ctx.state.user.organizations.includes(owner)
const typedRouter = new Router<State>()
typedRouter.get(
  '/orgs/:org',
  githubAuth<State>(auth, {
    owner: (ctx) => ctx.params.org,
    authorize: (ctx, { owner = '' }) => ctx.state.user.organizations.includes(owner),
  }),
  async (ctx) => {
    ctx.body = await list(ctx.state.github)
  },
)
typedRouter.get(
  '/orgs/:org',
  githubAuth(auth, {
    owner: (ctx: RouterContext<State>) => {
      ctx.params satisfies Record<string, string>
      return ctx.params.org
    },
    authorize: (ctx, { owner = '' }) => ctx.state.user.organizations.includes(owner),
  }),
  async (ctx) => {
    ctx.body = await list(ctx.state.github)
  },
)
typedRouter.get('/', githubAuth(auth, { owner: (ctx) => ctx.params.org, authorize: mayAct }))
const acting = githubAuth(auth, { owner: (ctx: Context) => ctx.query.org, authorize: () => true })
typedRouter.use(acting)
typed.use(acting)
app.use(acting)
typed.use(typedRouter.routes())
app.use(router.routes())

// @ts-expect-error authorize is required
githubAuth(auth, { owner: () => 'acme' })
// @ts-expect-error an installation id is a number
githubAuth(auth, { installationId: () => 'acme', authorize: () => true })
// @ts-expect-error Koa has no next(error)
verifyGitHubWebhook(receiver, { onError: 'next' })
const asking = githubAuth(auth, { owner: () => 'acme', authorize: mayAct })
// @ts-expect-error nothing in this application says who the user is
const anonymous: Koa<GitHubState> = new Koa<GitHubState>().use(asking)
anonymous.use(githubWebhooks(receiver))
