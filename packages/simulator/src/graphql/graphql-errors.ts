import type { EvidenceClass } from '../errors/error-facts.ts'
import { filledIn } from '../errors/github-error.ts'

interface GraphQLErrorFacts {
  /** GitHub's `type` of an error; absent for what the query language itself refuses. */
  readonly type?: string
  readonly message: string
  readonly evidence: EvidenceClass
}

/** Every error of a field or a query that the simulator can give beside those of the query language. */
export const GRAPHQL_ERRORS = {
  QUERY_MISSING: {
    message: 'A query attribute must be specified and must be a string.',
    evidence: 'I',
  },
  VARIABLES_INVALID: { message: 'Variables must be a JSON object.', evidence: 'M' },
  RATE_LIMITED: { type: 'RATE_LIMITED', message: 'API rate limit exceeded for {subject}.', evidence: 'I' },
  NODE_LIMIT: {
    type: 'MAX_NODE_LIMIT_EXCEEDED',
    message: 'This query requests up to {nodes} possible nodes which exceeds the maximum limit of {maximum}.',
    evidence: 'I',
  },
  // GitHub measures time and memory; we count tokens, depth and fields.
  RESOURCE_LIMITS: {
    type: 'RESOURCE_LIMITS_EXCEEDED',
    message: 'Resource limits for this query exceeded.',
    evidence: 'I',
  },

  REPOSITORY_NOT_FOUND: {
    type: 'NOT_FOUND',
    message: "Could not resolve to a Repository with the name '{name}'.",
    evidence: 'I',
  },
  ISSUE_NOT_FOUND: {
    type: 'NOT_FOUND',
    message: 'Could not resolve to an Issue with the number of {number}.',
    evidence: 'I',
  },
  ORGANIZATION_NOT_FOUND: {
    type: 'NOT_FOUND',
    message: "Could not resolve to an Organization with the login of '{login}'.",
    evidence: 'I',
  },
  USER_NOT_FOUND: {
    type: 'NOT_FOUND',
    message: "Could not resolve to a User with the login of '{login}'.",
    evidence: 'I',
  },
  NODE_NOT_FOUND: {
    type: 'NOT_FOUND',
    message: "Could not resolve to a node with the global id of '{id}'.",
    evidence: 'I',
  },
  FORBIDDEN: { type: 'FORBIDDEN', message: 'Resource not accessible by integration', evidence: 'I' },
  BODY_TOO_LONG: {
    type: 'UNPROCESSABLE',
    message: 'Body is too long (maximum is 65536 characters)',
    evidence: 'M',
  },
  BODY_BLANK: { type: 'UNPROCESSABLE', message: 'Body cannot be blank', evidence: 'M' },

  PAGE_UNBOUNDED: {
    type: 'MISSING_PAGINATION_BOUNDARIES',
    message: 'You must provide a `first` or `last` value to properly paginate the `{connection}` connection.',
    evidence: 'I',
  },
  PAGE_TOO_LONG: {
    type: 'EXCESSIVE_PAGINATION',
    message:
      'Requesting {count} records on the `{connection}` connection exceeds the `{argument}` limit of {maximum} records.',
    evidence: 'I',
  },
  PAGE_NEGATIVE: {
    type: 'INVALID_PAGINATION',
    message: '`{argument}` on the `{connection}` connection cannot be less than zero.',
    evidence: 'F',
  },
  PAGE_AMBIGUOUS: {
    type: 'INVALID_PAGINATION',
    message: 'Passing both `first` and `last` to paginate the `{connection}` connection is not supported.',
    evidence: 'F',
  },
  CURSOR_INVALID: {
    type: 'INVALID_CURSOR_ARGUMENTS',
    message: '`{cursor}` does not appear to be a valid cursor.',
    evidence: 'C',
  },
  // A defect of the simulator, in GitHub's words.
  SERVER_ERROR: {
    message:
      'Something went wrong while executing your query. This may be the result of a timeout, or it could be a GitHub bug.',
    evidence: 'I',
  },
} as const satisfies Record<string, GraphQLErrorFacts>

/** The name of one of the errors above. */
export type GraphQLErrorCode = keyof typeof GRAPHQL_ERRORS

/** What of a client's own words is repeated. One long variable may be wrong in a thousand fields. */
const MAX_VALUE_CHARACTERS = 300

/** Thrown while a query is checked or a field is resolved; becomes an entry of `errors`. */
export class GraphQLRefusal extends Error {
  /** GitHub's `type`, if it has one. */
  readonly type: string | undefined

  constructor(code: GraphQLErrorCode, values: Readonly<Record<string, string | number>> = {}) {
    const facts: GraphQLErrorFacts = GRAPHQL_ERRORS[code]
    const message = filledIn(facts.message, (name) => {
      const given = values[name]
      return given === undefined ? undefined : String(given).slice(0, MAX_VALUE_CHARACTERS)
    })
    super(message)
    this.type = facts.type
  }
}
