import { HubauthError, redact } from '../errors.ts'

/** What GitHub answered, read and parsed. */
export interface ApiAnswer {
  readonly status: number
  /** The parsed body; undefined when it is empty or not JSON. */
  readonly body: unknown
  /** GitHub's `message`, fit to be shown; the empty string when there is none. */
  readonly message: string
  readonly response: Response
  /** Whether it is a web page, which no API sends: baseUrl is wrong, or a proxy answers. */
  readonly isWebPage: boolean
}

/** Reads a response. A body that is not JSON (a proxy's HTML page) is no error here; who needs it says so. */
export async function readAnswer(response: Response): Promise<ApiAnswer> {
  const text = await response.text()
  const body = parseJson(text)
  const message = property(body, 'message')
  const isWebPage = /^\s*</.test(text)
  return {
    status: response.status,
    body,
    message: typeof message === 'string' ? redact(message) : '',
    response,
    isWebPage,
  }
}

/** A property of something that came from outside. */
export function property(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[name] : undefined
}

/** The error for an answer that nobody has a better one for. */
export function refused(answer: ApiAnswer, what: string): HubauthError {
  const said = answer.message === '' ? '' : `: ${answer.message.replace(/\.$/, '')}`
  if (answer.status < 500 && answer.isWebPage) {
    return new HubauthError('UNEXPECTED_RESPONSE', `${what}: a web page came back (status ${answer.status}).`)
  }
  if (answer.status >= 500)
    return new HubauthError('GITHUB_UNAVAILABLE', `${what}: GitHub answered ${answer.status}${said}.`)
  if (answer.status >= 400) {
    return new HubauthError('GITHUB_REFUSED', `${what}: GitHub answered ${answer.status}${said}.`, {
      details: { githubStatus: answer.status },
    })
  }
  return new HubauthError(
    'UNEXPECTED_RESPONSE',
    `${what}: the answer (status ${answer.status}) is not what GitHub documents.`,
  )
}

function parseJson(text: string): unknown {
  try {
    return text === '' ? undefined : JSON.parse(text)
  } catch {
    return undefined
  }
}
