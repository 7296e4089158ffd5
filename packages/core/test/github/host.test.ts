import { describe, expect, it } from 'vitest'
import { githubHost } from '../../src/index.ts'

describe('githubHost', () => {
  it.each([
    [undefined],
    ['https://api.github.com'],
    ['https://api.github.com/'],
    ['https://github.com'],
    ['https://www.github.com'],
    ['HTTPS://API.GITHUB.COM'],
  ])('knows github.com from %s', (baseUrl) => {
    expect(githubHost(baseUrl)).toEqual({
      apiUrl: 'https://api.github.com',
      webUrl: 'https://github.com',
      uploadUrl: 'https://uploads.github.com',
      noreplyDomain: 'users.noreply.github.com',
    })
  })

  it.each(['https://api.octocorp.ghe.com', 'https://octocorp.ghe.com', 'https://api.octocorp.ghe.com/'])(
    'knows data residency from %s',
    (baseUrl) => {
      expect(githubHost(baseUrl)).toEqual({
        apiUrl: 'https://api.octocorp.ghe.com',
        webUrl: 'https://octocorp.ghe.com',
        uploadUrl: 'https://uploads.octocorp.ghe.com',
        noreplyDomain: 'users.noreply.octocorp.ghe.com',
      })
    },
  )

  it.each(['https://github.octo.example/api/v3', 'https://github.octo.example/api/v3/'])(
    'knows Enterprise Server from %s',
    (baseUrl) => {
      expect(githubHost(baseUrl)).toEqual({
        apiUrl: 'https://github.octo.example/api/v3',
        webUrl: 'https://github.octo.example',
        uploadUrl: 'https://github.octo.example/api/uploads',
        noreplyDomain: 'users.noreply.github.octo.example',
      })
    },
  )

  it('takes any other address as it is, with its port', () => {
    expect(githubHost('http://127.0.0.1:8080')).toMatchObject({
      apiUrl: 'http://127.0.0.1:8080',
      webUrl: 'http://127.0.0.1:8080',
    })
  })

  it.each([
    'https://api.github.com.evil.example',
    'https://evil.example/api.github.com',
    'https://octocorp.ghe.com.evil.example',
    'https://evilghe.com',
  ])('does not take %s for GitHub', (baseUrl) => {
    expect(githubHost(baseUrl).apiUrl).toBe(baseUrl)
  })

  it.each(['http://localhost:80', 'http://[::1]:8080', 'http://127.1.2.3', 'http://github.localhost/api/v3'])(
    'allows plain http to this machine: %s',
    (baseUrl) => {
      expect(githubHost(baseUrl).apiUrl).toMatch(/^http:/)
    },
  )

  it('refuses plain http to another machine, unless that is allowed', () => {
    expect(() => githubHost('http://github.octo.example/api/v3')).toThrow(/in the clear.*allowHttp/)
    expect(() => githubHost('http://127.0.0.1.evil.example')).toThrow(TypeError)
    expect(githubHost('http://github.octo.example/api/v3', { allowHttp: true }).apiUrl).toBe(
      'http://github.octo.example/api/v3',
    )
  })

  it.each([
    '',
    'api.github.com',
    '/api/v3',
    'ftp://github.octo.example',
    'file:///etc/hosts',
    'https://user:password@github.octo.example/api/v3',
    'https://github.octo.example/api/v3?token=1',
    'https://github.octo.example/api/v3#top',
    42,
    null,
  ])('refuses %j without repeating it', (baseUrl) => {
    expect(() => githubHost(baseUrl as string)).toThrow(TypeError)
    expect(() => githubHost(baseUrl as string)).not.toThrow(/password|token=1/)
  })

  it.each([undefined, 'https://octo.ghe.com', 'https://octo.example/api/v3', 'http://localhost'])(
    'is frozen for %s, so that nobody can lead the tokens of all apps elsewhere',
    (baseUrl) => {
      expect(Object.isFrozen(githubHost(baseUrl))).toBe(true)
    },
  )
})
