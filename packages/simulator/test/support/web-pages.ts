import type { Simulator } from '../../src/index.ts'

/** A page, or where it sends the browser. */
export interface Visit {
  readonly status: number
  readonly headers: Headers
  readonly text: string
  /** Where to go next; undefined when this is a page. */
  readonly location: URL | undefined
}

type Fields = Readonly<Record<string, string | readonly string[]>>

/** Opens a page of the web host, not following redirects. */
export function open(
  github: Simulator,
  path: string,
  headers: Readonly<Record<string, string>> = {},
): Promise<Visit> {
  return visit(github.url + path, { headers })
}

/** Posts fields to a page of the web host, as a form. */
export function post(
  github: Simulator,
  path: string,
  fields: Fields,
  headers: Readonly<Record<string, string>> = {},
): Promise<Visit> {
  return visit(github.url + path, { method: 'POST', body: formOf(fields), headers })
}

/** Presses a button of a page: posts its form with what is hidden in it, and what the user chose. */
export function press(github: Simulator, { text }: Visit, chosen: Fields = {}): Promise<Visit> {
  const [, action = ''] = /<form method="post" action="([^"]*)"/.exec(text) ?? []
  return post(github, unescaped(action), { ...hiddenFields(text), ...chosen })
}

/** The hidden fields of a page. */
export function hiddenFields(text: string): Readonly<Record<string, string>> {
  const found = text.matchAll(/<input type="hidden" name="([^"]*)" value="([^"]*)">/g)
  return Object.fromEntries(
    [...found].map(([, name = '', value = '']) => [unescaped(name), unescaped(value)]),
  )
}

async function visit(url: string, init: RequestInit): Promise<Visit> {
  const response = await fetch(url, { redirect: 'manual', ...init })
  const location = response.headers.get('location')
  return {
    status: response.status,
    headers: response.headers,
    text: await response.text(),
    location: location === null ? undefined : new URL(location),
  }
}

function formOf(fields: Fields): URLSearchParams {
  const form = new URLSearchParams()
  for (const [name, values] of Object.entries(fields))
    for (const value of [values].flat()) form.append(name, value)
  return form
}

function unescaped(text: string): string {
  return text.replace(/&#(\d+);/g, (_, code: string) => String.fromCharCode(Number(code)))
}
