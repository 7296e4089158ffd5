import { describe, expect, it } from 'vitest'
import { type RequestInstallationOptions, type RequestName, requestInstallation } from '../../src/index.ts'
import { startGitHub } from '../github.ts'
import { errorWithCode, rejection } from '../rejection.ts'
import { scriptedGitHub } from '../scripted-github.ts'

interface Request {
  readonly org?: RequestName
  readonly repo?: RequestName
  readonly user?: string
}

const options: RequestInstallationOptions<Request> = {
  owner: ({ org }) => org,
  authorize: ({ user }, { owner }) => user === owner,
}

describe('requestInstallation', () => {
  it('finds the installation that the request names, when its caller may act as it', async () => {
    const { time, auth } = await startGitHub()
    const find = requestInstallation(auth(), {
      ...options,
      repositories: ({ repo }) => [repo],
      permissions: { issues: 'read' },
    })
    const acme = await find({ org: 'acme', repo: 'api', user: 'acme' })
    expect(await time.settle(acme.token())).toMatchObject({
      owner: 'acme',
      repositories: ['acme/api'],
      permissions: { issues: 'read', metadata: 'read' },
    })
  })

  it('refuses everybody else, before anything is sent', async () => {
    const { auth, sent } = scriptedGitHub()
    const find = requestInstallation(auth(), options)
    const error = await errorWithCode('CALLER_NOT_AUTHORIZED', find({ org: 'acme', user: 'mallory' }))
    expect(error.status).toBe(403)
    expect(sent).toHaveLength(0)
  })

  it.each([false, undefined, null, 1, 'yes', {}, [true]])(
    'lets nobody pass for %j: only true does',
    async (answer) => {
      const authorize = () => answer as boolean
      const find = requestInstallation(scriptedGitHub().auth(), { ...options, authorize })
      await errorWithCode('CALLER_NOT_AUTHORIZED', find({ org: 'acme' }))
    },
  )

  it('waits for a check that takes its time, and passes on its failure', async () => {
    const { auth } = scriptedGitHub()
    const failure = new Error('the session store is down')
    const find = requestInstallation(auth(), { ...options, authorize: () => Promise.reject(failure) })
    expect(await rejection(find({ org: 'acme' }))).toBe(failure)
    const later = requestInstallation(auth(), { ...options, authorize: async () => true })
    expect((await later({ org: 'acme' })).fetch).toBeTypeOf('function')
  })

  it('shows the check exactly what it decides about, and lets it change nothing', async () => {
    const seen: unknown[] = []
    const find = requestInstallation<Request>(scriptedGitHub().auth(), {
      ...options,
      repositories: ({ repo }) => [repo],
      authorize: (_, target) =>
        seen.push(target, Object.isFrozen(target), Object.isFrozen(target.repositories)) > 0,
    })
    await find({ org: 'acme', repo: 'api' })
    expect(seen).toEqual([{ owner: 'acme', repositories: ['api'] }, true, true])
  })

  it.each<RequestName>([undefined, '', '..', 'acme/api', ' acme', 'a?b', ['acme'], 'x'.repeat(101)])(
    'refuses the owner %j before it asks who may act as it',
    async (org) => {
      let checks = 0
      const find = requestInstallation<Request>(scriptedGitHub().auth(), {
        ...options,
        authorize: () => ++checks > 0,
      })
      expect((await errorWithCode('INSTALLATION_MISSING', find({ org }))).status).toBe(400)
      expect(checks).toBe(0)
    },
  )

  it('refuses a repository that is no plain name, rather than to ask for all', async () => {
    const find = requestInstallation<Request>(scriptedGitHub().auth(), {
      ...options,
      repositories: ({ repo }) => [repo],
      authorize: () => true,
    })
    for (const repo of [undefined, '', '../web'])
      await errorWithCode('INSTALLATION_MISSING', find({ org: 'acme', repo }))
  })

  it.each([undefined, 'api', [], new Array(1), { map: () => ['../web'] }])(
    'refuses the repositories %j, which are no list of names, before it asks who may act',
    async (names) => {
      let checks = 0
      const find = requestInstallation<Request>(scriptedGitHub().auth(), {
        ...options,
        repositories: () => names as readonly string[],
        authorize: () => ++checks > 0,
      })
      await errorWithCode('INSTALLATION_MISSING', find({ org: 'acme' }))
      expect(checks).toBe(0)
    },
  )

  it.each([undefined, null, 0, -1, 1.5, Number.NaN, '7'])(
    'refuses the installation id %j before it asks who may act',
    async (id) => {
      let checks = 0
      const find = requestInstallation<Request>(scriptedGitHub().auth(), {
        installationId: () => id as number,
        authorize: () => ++checks > 0,
      })
      await errorWithCode('INSTALLATION_MISSING', find({}))
      expect(checks).toBe(0)
    },
  )

  it('takes an installation by its id, without a lookup', async () => {
    const { time, auth, sent } = await startGitHub()
    const find = requestInstallation<Request>(auth(), { installationId: () => 7, authorize: () => true })
    expect((await time.settle((await find({})).token())).installationId).toBe(7)
    expect(sent).toHaveLength(1)
  })

  // With both from the request, a check of the one would let the token of the other through.
  it('is not built without a check, nor without exactly one thing that names an installation', () => {
    const auth = scriptedGitHub().auth()
    const both = { owner: () => 'acme', installationId: () => 7, authorize: () => true }
    for (const wrong of [{ owner: () => 'acme' }, { authorize: () => true }, {}, both])
      expect(() => requestInstallation(auth, wrong as RequestInstallationOptions<Request>)).toThrow(TypeError)
  })
})
