/** What a route answers. */
export interface Reply {
  readonly status: number
  /** Sent as JSON; a string or a `Buffer` is sent as it is. Absent: no body. */
  readonly body?: unknown
  /** Lower-case names. */
  readonly headers?: Readonly<Record<string, string>>
}

/** 200 with a body. */
export function ok(body: unknown, headers?: Readonly<Record<string, string>>): Reply {
  return headers === undefined ? { status: 200, body } : { status: 200, body, headers }
}

/** 201 with a body, and where the new thing is. */
export function created(body: unknown, location?: string): Reply {
  return location === undefined ? { status: 201, body } : { status: 201, body, headers: { location } }
}

/** 204. */
export const NO_CONTENT: Reply = { status: 204 }
