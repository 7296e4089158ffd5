import { respond } from '../server/respond.ts'
import type { RequestContext } from '../server/route.ts'
import type { StreamExchange, StreamRoute } from '../server/web-route.ts'
import type { GitService } from './git-backend.ts'
import type { GitRequest, GitServer } from './git-server.ts'

/** What the git client calls: the smart HTTP protocol, at the address of a repository with or without `.git`. */
export function gitRoutes(git: GitServer): StreamRoute[] {
  const serve = async (
    context: RequestContext,
    { request, response }: StreamExchange,
    what: Pick<GitRequest, 'operation' | 'service'>,
  ): Promise<void> => {
    const answer = await git.answer({ ...addressOf(context), ...what }, { request, response })
    if (answer === 'sent') return
    // What was not read must not block the next request on this connection.
    request.resume()
    respond(response, answer, { now: context.now, headOnly: request.method === 'HEAD' })
  }
  return [
    {
      kind: 'stream',
      method: 'GET',
      path: '/:owner/:repository/info/refs',
      handle: (context, exchange) =>
        serve(context, exchange, {
          operation: 'advertise',
          service: SERVICES.find((service) => service === context.query.get('service')),
        }),
    },
    ...SERVICES.map((service) => ({
      kind: 'stream' as const,
      method: 'POST' as const,
      path: `/:owner/:repository/${service}`,
      handle: (context: RequestContext, exchange: StreamExchange) =>
        serve(context, exchange, { operation: 'call', service }),
    })),
  ]
}

const SERVICES: readonly GitService[] = ['git-upload-pack', 'git-receive-pack']

function addressOf({ param, urls, header }: RequestContext): Omit<GitRequest, 'operation' | 'service'> {
  const repository = param('repository')
  const suffix = /\.git$/i.test(repository) ? '.git' : ''
  const name = suffix === '' ? repository : repository.slice(0, -suffix.length)
  return { owner: param('owner'), name, suffix, webUrl: urls.web, authorization: header('authorization') }
}
