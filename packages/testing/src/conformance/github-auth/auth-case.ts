import { deepStrictEqual } from 'node:assert/strict'
import {
  createWebhookReceiver,
  type GitHubInstallation,
  type InstallationSource,
  type RequestInstallationOptions,
  type RequestName,
  type WebhookReceiver,
} from '@hubauth/core'
import type { ConformanceCase } from '../conformance-case.ts'
import { type RawRequest, type RawResponse, sendRequest } from '../http/http-client.ts'
import { heardBy, type ListeningApp } from '../http/listening-app.ts'
import { type OpenServer, withServers } from '../http/with-servers.ts'
import { type WatchedAuth, watchedAuth } from './watched-auth.ts'

/** A request as the suite's options of `githubAuth` see it, whatever the framework. */
export interface RequestView {
  /** The parameters of the route, `org` and `repo`, decoded. */
  readonly params: Readonly<Record<string, RequestName>>
  /** The value of a header; names are in lower case. */
  header(name: string): RequestName
}

/** What an application for the suite is made of. */
export interface GitHubAuthSetup {
  /** The authentication for every `githubAuth` of the application. */
  readonly auth: InstallationSource
  /** What verifies the deliveries to `/verified`. */
  readonly receiver: WebhookReceiver
  /** The options of `githubAuth` for `/orgs/:org/:repo`. `view` shows them a request of the framework. */
  options<Request>(view: (request: Request) => RequestView): RequestInstallationOptions<Request>
  /** What every route answers, as JSON, given the installation that it got. */
  answer(github: GitHubInstallation | undefined): object
}

/**
 * Starts an application on a free port of this machine, with `answer` behind each of
 * - `GET /orgs/:org/:repo`: `githubAuth(auth, options(…))`;
 * - `POST /verified`: `verifyGitHubWebhook(receiver)`, then `githubAuth(auth)`;
 * - `POST /unverified`: `githubAuth(auth)` alone, behind a body parser where the framework has one.
 *
 * Its `url` has no path. It may throw, or reject, what `githubAuth` throws.
 */
export type GitHubAuthMount = (setup: GitHubAuthSetup) => Promise<ListeningApp>

/** The options that a case can choose. */
export type AuthOptions = RequestInstallationOptions<RequestView>

/** How the application of a case differs from the default. */
interface AuthSetup extends Partial<AuthOptions> {
  /** The only organization that has an app. Default: one app for all. */
  readonly organization?: string
  /** What the route does once it has its installation. Default nothing. */
  readonly route?: () => void
}

/** What a case works with. */
interface AuthTools extends Pick<WatchedAuth, 'targets'> {
  /** Asks for `/orgs/acme/api` as a caller who is nobody's member, unless told otherwise. */
  get(request?: { readonly org?: string; readonly memberOf?: string }): Promise<RawResponse>
  post(path: string, request: RawRequest): Promise<RawResponse>
  /** What reached the application's error handling. */
  heard(): readonly unknown[]
}

/** Starts the application of a case. */
export type StartAuth = (setup?: AuthSetup) => Promise<AuthTools>

/** The secret of the receiver. */
export const SECRET = 'the secret'

/** A rule about `githubAuth`. */
export function authCase(
  name: string,
  rule: (start: StartAuth) => Promise<void>,
): ConformanceCase<GitHubAuthMount> {
  return { name, run: (mount) => withServers((open) => rule(starting(mount, open))) }
}

/** Applications whose caller is named by a header, as a session would name it. */
function starting(mount: GitHubAuthMount, open: OpenServer): StartAuth {
  return async ({ organization, route, ...options } = {}) => {
    const { source, targets, targetOf } = watchedAuth(organization)
    const asked: AuthOptions = {
      owner: ({ params }) => params.org,
      authorize: (request, { owner }) => owner !== undefined && owner === request.header('x-member-of'),
      ...options,
    }
    const app = await open(async () =>
      mount({
        auth: source,
        receiver: createWebhookReceiver({ secrets: SECRET }),
        options: (view) => seenThrough(view, asked),
        answer(github) {
          route?.()
          return { actsAs: targetOf(github) }
        },
      }),
    )
    return {
      targets,
      get: ({ org = 'acme', memberOf = 'nobody' } = {}) =>
        sendRequest(`${app.url}/orgs/${org}/api`, { method: 'GET', headers: { 'x-member-of': memberOf } }),
      post: (path, request) => sendRequest(app.url + path, request),
      heard: () => heardBy(app),
    }
  }
}

/** The same options for requests of a framework. What is missing stays missing. */
function seenThrough<Request>(
  view: (request: Request) => RequestView,
  { owner, installationId, repositories, permissions, authorize }: AuthOptions,
): RequestInstallationOptions<Request> {
  return {
    owner: owner && ((request) => owner(view(request))),
    installationId: installationId && ((request) => installationId(view(request))),
    repositories: repositories && ((request) => repositories(view(request))),
    permissions,
    authorize: authorize && ((request, target) => authorize(view(request), target)),
  }
}

/** Checks that the route was reached, and which installation it got. */
export function expectActsAs({ status, body }: RawResponse, target: object): void {
  deepStrictEqual([status, JSON.parse(body.toString())], [200, { actsAs: target }])
}
