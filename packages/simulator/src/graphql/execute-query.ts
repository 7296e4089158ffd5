import {
  defaultFieldResolver,
  executeSync,
  type GraphQLError,
  getOperationAST,
  parse,
  specifiedRules,
  validate,
} from 'graphql'
import { isJsonObject, type JsonObject } from '../json-object.ts'
import { type RateLimitStatus, rateLimitSubject } from '../server/rate-limits.ts'
import type { RouteContext } from '../server/route.ts'
import { formatError } from './format-error.ts'
import { GraphQLRefusal } from './graphql-errors.ts'
import { checkQueryText, measureQuery, type QueryCost } from './query-limits.ts'
import { QuerySession } from './query-session.ts'
import { rootFields } from './root.ts'
import { SCHEMA } from './schema.ts'

/** The mistakes of one query that are listed. */
const MAX_ERRORS = 100

type QueryContext = Pick<RouteContext, 'state' | 'actor' | 'urls' | 'limits' | 'now' | 'body'>

/** What GraphQL answers with, errors included: always HTTP 200. */
type QueryResponse = JsonObject

/** Runs the `query` of a request body. Never throws, whatever the body is. */
export function executeQuery(context: QueryContext): QueryResponse {
  try {
    return execute(context)
  } catch (error) {
    return { errors: [formatError(error)] }
  }
}

function execute(context: QueryContext): QueryResponse {
  const { query, variables, operationName } = requestOf(context.body)
  checkQueryText(query)
  const document = parse(query)
  const operation = getOperationAST(document, operationName) ?? undefined
  const measured = measureQuery(document, operation, variables)
  const mistakes = validate(SCHEMA, document, specifiedRules, {
    maxErrors: MAX_ERRORS,
    hideSuggestions: true,
  })
  if (mistakes.length > 0) return failed(mistakes)
  const session = new QuerySession(context, { ...measured, ...charge(context, measured) })
  const { data, errors = [] } = executeSync({
    schema: SCHEMA,
    document,
    rootValue: rootFields(session),
    variableValues: variables,
    operationName,
    hideSuggestions: true,
    fieldResolver: (source, wanted, shared, info) => {
      const value: unknown = defaultFieldResolver(source, wanted, shared, info)
      session.countField(value)
      return value
    },
  })
  if (errors.length === 0) return { data }
  return data === undefined ? failed(errors) : { data, ...failed(errors) }
}

interface QueryRequest {
  readonly query: string
  readonly variables: JsonObject
  readonly operationName: string | undefined
}

function requestOf({ query, variables, operationName }: QueryContext['body']): QueryRequest {
  if (typeof query !== 'string' || query === '') throw new GraphQLRefusal('QUERY_MISSING')
  const given = variables ?? {}
  if (!isJsonObject(given)) throw new GraphQLRefusal('VARIABLES_INVALID')
  return {
    query,
    variables: given,
    operationName: typeof operationName === 'string' ? operationName : undefined,
  }
}

// The window the caller is in, after what this query costs was taken from it.
function charge({ limits, actor, now }: QueryContext, { cost }: QueryCost): RateLimitStatus {
  const key = { resource: 'graphql', now } as const
  for (let point = 0; point < cost; point += 1)
    if (!limits.take(actor, key))
      throw new GraphQLRefusal('RATE_LIMITED', { subject: rateLimitSubject(actor) })
  return limits.peek(actor, key)
}

function failed(errors: readonly GraphQLError[]): QueryResponse {
  return { errors: errors.slice(0, MAX_ERRORS).map(formatError) }
}
