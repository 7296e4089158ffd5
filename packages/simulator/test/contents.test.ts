import { describe, expect, test } from 'vitest'
import type { Simulator } from '../src/index.ts'
import { Router } from '../src/server/router.ts'
import { describeGit, gitClient } from './support/git.ts'
import { call, startTestGitHub, tokenFor } from './support/test-github.ts'

const FILES = {
  'README.md': '# api\n',
  'docs/guide.md': 'Grüße\n',
  'docs/a/deep.txt': '',
  'docs.txt': 'sorts before the folder docs',
  'with space/über?.md': 'odd',
  __proto__x: 'no',
}

async function withFiles(): Promise<{ github: Simulator; auth: string }> {
  const github = await startTestGitHub({
    accounts: [
      {
        login: 'acme',
        repositories: [
          { name: 'api', private: true, files: FILES },
          { name: 'open', files: FILES },
          { name: 'empty', files: {} },
        ],
        installation: {},
      },
    ],
  })
  return { github, auth: await tokenFor(github, 'acme') }
}

describe('A file', () => {
  test('comes as base64, with where to find it', async () => {
    const { github, auth } = await withFiles()
    const { status, json } = await call(github, 'GET /repos/acme/api/contents/docs/guide.md', { auth })
    const self = `${github.url}/repos/acme/api/contents/docs/guide.md?ref=main`
    const git = `${github.url}/repos/acme/api/git/blobs/${json.sha}`
    const html = `${github.url}/acme/api/blob/main/docs/guide.md`
    expect([status, json]).toEqual([
      200,
      {
        type: 'file',
        name: 'guide.md',
        path: 'docs/guide.md',
        sha: expect.stringMatching(/^[\da-f]{40}$/),
        size: 8,
        encoding: 'base64',
        content: `${Buffer.from('Grüße\n').toString('base64')}\n`,
        url: self,
        git_url: git,
        html_url: html,
        download_url: `${github.url}/acme/api/raw/main/docs/guide.md`,
        _links: { self, git, html },
      },
    ])
  })

  test('has its base64 in lines of 60 characters', async () => {
    const { github, auth } = await withFiles()
    github.addRepository('acme', { name: 'big', files: { 'big.txt': 'x'.repeat(100) } })
    const { json } = await call(github, 'GET /repos/acme/big/contents/big.txt', { auth })
    expect(json.content.split('\n').map((line: string) => line.length)).toEqual([60, 60, 16, 0])
    expect(Buffer.from(json.content, 'base64').toString()).toBe('x'.repeat(100))
  })

  test('over 1 MiB comes without its content', async () => {
    const { github, auth } = await withFiles()
    github.addRepository('acme', { name: 'big', files: { 'big.txt': 'x'.repeat(1_048_577) } })
    const { json } = await call(github, 'GET /repos/acme/big/contents/big.txt', { auth })
    expect(json).toMatchObject({ size: 1_048_577, encoding: 'none', content: '' })
  })

  test.for([
    'application/vnd.github.raw',
    'application/vnd.github.raw+json',
    'application/vnd.github.v3.raw',
  ])('comes as it is for %s', async (accept) => {
    const { github, auth } = await withFiles()
    const headers = { accept }
    const { headers: got, json } = await call(github, 'GET /repos/acme/api/contents/docs/guide.md', {
      auth,
      headers,
    })
    expect(got.get('content-type')).toBe(`${accept}; charset=utf-8`)
    expect(json).toBe('Grüße\n')
  })

  test.for([
    ['docs%2Fguide.md', 'docs/guide.md'],
    ['/docs//guide.md', 'docs/guide.md'],
    ['with%20space/%C3%BCber%3F.md', 'with space/über?.md'],
    ['docs/guide.md?ref=main', 'docs/guide.md'],
    ['docs/guide.md?ref=refs/heads/main', 'docs/guide.md'],
  ])('is found as %s', async ([address, path]) => {
    const { github, auth } = await withFiles()
    const { status, json } = await call(github, `GET /repos/acme/api/contents/${address}`, { auth })
    expect([status, json.path]).toEqual([200, path])
  })

  test('is found by the id of its repository, which is where an old name leads', async () => {
    const { github, auth } = await withFiles()
    github.renameRepository('acme/api', 'core')
    const moved = await call(github, 'GET /repos/acme/api/contents/docs/guide.md', { auth })
    expect(moved.status).toBe(301)
    const path = String(moved.headers.get('location')).slice(github.url.length)
    expect((await call(github, `GET ${path}`, { auth })).json.path).toBe('docs/guide.md')
  })
})

describe('A directory', () => {
  test.for(['contents', 'contents/'])('lists what is in it: %s', async (path) => {
    const { github, auth } = await withFiles()
    const { json } = await call(github, `GET /repos/acme/api/${path}`, { auth })
    const listed = json.map(({ type, name, size }: Record<string, unknown>) => [type, name, size])
    expect(listed).toEqual([
      ['file', 'README.md', 6],
      ['file', '__proto__x', 2],
      ['file', 'docs.txt', 28],
      ['dir', 'docs', 0],
      ['dir', 'with space', 0],
    ])
    expect(json[0]).not.toHaveProperty('content')
    expect(json[3]).toMatchObject({
      download_url: null,
      git_url: `${github.url}/repos/acme/api/git/trees/${json[3].sha}`,
      html_url: `${github.url}/acme/api/tree/main/docs`,
    })
  })
})

describeGit('Files and directories', () => {
  test('have the hashes that git gives them', async () => {
    const { github, auth } = await withFiles()
    const git = await gitClient()
    const remote = github.url.replace('://', `://x-access-token:${auth}@`)
    await git.ok('clone', '--quiet', '--bare', `${remote}/acme/api.git`, 'clone')
    const tree = await git.ok('-C', 'clone', 'ls-tree', '-r', '-t', '-z', 'HEAD')
    const lines = tree.split('\0').filter((line) => line.includes('\t'))
    expect(lines.length).toBe(9)
    for (const line of lines) {
      const [, , sha, path = ''] = line.split(/[ \t]/, 3).concat(line.split('\t')[1] ?? '')
      const parent = path.includes('/') ? path.slice(0, path.lastIndexOf('/')) : ''
      const address = `/repos/acme/api/contents/${encodeURIComponent(parent)}`
      const { json } = await call(github, `GET ${address}`, { auth })
      expect(json).toContainEqual(expect.objectContaining({ path, sha }))
    }
  })
})

describeGit('After a push', () => {
  async function pushed() {
    const { github, auth } = await withFiles()
    const git = await gitClient()
    const remote = github.url.replace('://', `://x-access-token:${auth}@`)
    await git.ok('clone', '--quiet', `${remote}/acme/api.git`, 'clone')
    const read = (path: string, headers: Readonly<Record<string, string>> = {}) =>
      call(github, `GET /repos/acme/api/contents/${path}`, { auth, headers })
    return { github, auth, git, read }
  }

  test('contents are those of the branch, and a branch, a tag or a commit can be asked for', async () => {
    const { git, read } = await pushed()
    const first = (await git.ok('-C', 'clone', 'rev-parse', 'HEAD')).trim()
    await git.commit('clone', 'docs/guide.md', 'New\n')
    await git.ok('-C', 'clone', 'tag', 'v1')
    await git.ok('-C', 'clone', 'push', '--quiet', 'origin', 'main', 'v1', 'main:feature/x')
    const textAt = async (ref: string): Promise<unknown> => {
      const { status, json } = await read(`docs/guide.md${ref}`)
      return status === 200 ? Buffer.from(json.content, 'base64').toString() : json.message
    }
    for (const ref of ['', '?ref=main', '?ref=v1', '?ref=feature/x', '?ref=refs/heads/feature/x'])
      expect(await textAt(ref)).toBe('New\n')
    expect(await textAt(`?ref=${first}`)).toBe('Grüße\n')
    expect(await textAt('?ref=nope')).toBe('No commit found for the ref nope')
    expect(await textAt('?ref=--all')).toBe('No commit found for the ref --all')
  })

  test('directories are listed as before, and say the same as git', async () => {
    const { git, read, github, auth } = await pushed()
    const before = (await read('docs')).json
    github.addRepository('acme', { name: 'copy', private: true, files: FILES })
    const seeded = await call(github, 'GET /repos/acme/copy/contents/docs', { auth })
    expect(before).toEqual(JSON.parse(JSON.stringify(seeded.json).replaceAll('acme/copy', 'acme/api')))
    await git.commit('clone', 'docs/new.md', 'New\n')
    await git.ok('-C', 'clone', 'push', '--quiet', 'origin', 'main')
    const names = (await read('docs')).json.map(({ name }: { name: string }) => name)
    expect(names).toEqual(['a', 'guide.md', 'new.md'])
    const root = (await read('')).json.map(({ name, type }: Record<string, unknown>) => `${type} ${name}`)
    expect(root).toEqual(['file README.md', 'file __proto__x', 'file docs.txt', 'dir docs', 'dir with space'])
    expect((await read('docs/nope')).status).toBe(404)
    expect((await read('README.md/nope')).status).toBe(404)
    // What git takes for patterns names nothing.
    for (const pattern of ['*.md', '%3A/README.md', '%3A(top)README.md'])
      expect((await read(pattern)).status).toBe(404)
  })

  test('bytes that are no text come back as they are', async () => {
    const { git, read, github, auth } = await pushed()
    const bytes = Buffer.from([0, 255, 254, 128, 10])
    await git.commit('clone', 'image.bin', bytes)
    await git.ok('-C', 'clone', 'push', '--quiet', 'origin', 'main')
    expect(Buffer.from((await read('image.bin')).json.content, 'base64')).toEqual(bytes)
    const raw = await fetch(`${github.url}/repos/acme/api/contents/image.bin`, {
      headers: { authorization: `Bearer ${auth}`, accept: 'application/vnd.github.raw' },
    })
    expect(Buffer.from(await raw.arrayBuffer())).toEqual(bytes)
  })

  test('a symbolic link says where it leads', async () => {
    const { git, read } = await pushed()
    const blob = (await git.ok('-C', 'clone', 'hash-object', '-w', 'README.md')).trim()
    await git.ok('-C', 'clone', 'update-index', '--add', '--cacheinfo', `120000,${blob},link`)
    await git.ok('-C', 'clone', 'commit', '--quiet', '-m', 'link')
    await git.ok('-C', 'clone', 'push', '--quiet', 'origin', 'main')
    expect((await read('link')).json).toMatchObject({ type: 'symlink', target: '# api\n' })
  })
})

describe('Contents are refused', () => {
  test.for([
    ['/repos/acme/api/contents/nope', 'Not Found'],
    ['/repos/acme/api/contents/README.md/nope', 'Not Found'],
    ['/repos/acme/api/contents/../api', 'Not Found'],
    ['/repos/acme/api/contents/constructor', 'Not Found'],
    ['/repos/acme/empty/contents', 'This repository is empty.'],
    ['/repos/acme/api/contents?ref=nope', 'No commit found for the ref nope'],
  ])('where there are none: %s', async ([path, message]) => {
    const { github, auth } = await withFiles()
    const { status, json } = await call(github, `GET ${path}`, { auth })
    expect([status, json.message]).toEqual([404, message])
  })

  test('without the permission, but not of a public repository', async () => {
    const { github } = await withFiles()
    const auth = await tokenFor(github, 'acme', { permissions: { issues: 'read' } })
    const refused = await call(github, 'GET /repos/acme/api/contents/README.md', { auth })
    expect([refused.status, refused.json.message]).toEqual([403, 'Resource not accessible by integration'])
    expect(refused.headers.get('x-accepted-github-permissions')).toBe('contents=read')
    expect((await call(github, 'GET /repos/acme/open/contents/README.md', { auth })).status).toBe(200)
    expect((await call(github, 'GET /repos/acme/api/contents/README.md')).status).toBe(404)
  })
})

describe('A parameter with a star', () => {
  const route = (path: string) => ({ method: 'GET', path })

  test('takes all that is left, decoded, and at least one segment', () => {
    const router = new Router([route('/files/*path')])
    const rest = (path: string) => router.match('GET', path)?.params.get('path')
    expect(rest('/files/a')).toBe('a')
    expect(rest('/files/a/b%20c//d/')).toBe('a/b c//d/')
    expect(rest('/files/')).toBe('')
    expect(rest('/files')).toBeUndefined()
    expect(router.match('POST', '/files/a')).toBeUndefined()
  })

  test('comes last: after literal segments and after single parameters', () => {
    const router = new Router([route('/files/*path'), route('/files/:name'), route('/files/x/y')])
    const found = (path: string) => router.match('GET', path)?.route.path
    expect(found('/files/x/y')).toBe('/files/x/y')
    expect(found('/files/x')).toBe('/files/:name')
    expect(found('/files/x/z')).toBe('/files/*path')
  })
})

test('Requests for contents are counted under the name that GitHub documents', async () => {
  const { github, auth } = await withFiles()
  await call(github, 'GET /repos/acme/api/contents/docs/guide.md', { auth })
  expect(github.count('GET', '/repos/{owner}/{repo}/contents/{path}')).toBe(1)
})
