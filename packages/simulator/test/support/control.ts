import { request as httpRequest } from 'node:http'
import type { Simulator } from '../../src/index.ts'
import { type Answer, call } from './test-github.ts'

export const JSON_HEADERS: Readonly<Record<string, string>> = { 'content-type': 'application/json' }

/** Calls a command of the control API. A string is sent as it is. */
export function control(github: Simulator, name: string, body?: unknown): Promise<Answer> {
  return call(github, `POST /_simulator/${name}`, body === undefined ? {} : { body, headers: JSON_HEADERS })
}

/** Reads from the control API. */
export function look(github: Simulator, name: string): Promise<Answer> {
  return call(github, `GET /_simulator/${name}`)
}

/** Sends exactly these headers, which `fetch` does not allow. */
export function raw(
  github: Simulator,
  { method = 'GET', path, headers }: { method?: string; path: string; headers: Record<string, string> },
): Promise<number> {
  return new Promise((resolve, reject) => {
    httpRequest(github.url + path, { method, headers, agent: false }, (response) => {
      response.resume()
      resolve(response.statusCode ?? 0)
    })
      .on('error', reject)
      .end()
  })
}
