import {
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  Lexer,
  type OperationDefinitionNode,
  type SelectionNode,
  type SelectionSetNode,
  Source,
  TokenKind,
  type ValueNode,
} from 'graphql'
import { GraphQLRefusal } from './graphql-errors.ts'

/** Far more than clients send; what is beyond takes long to validate. */
const MAX_TOKENS = 10_000
const MAX_DEPTH = 50
/** Of one node of each connection. Fragments that spread each other reach it with few words. */
const MAX_FIELDS = 20_000
/** GitHub's limit. */
const MAX_NODES = 500_000
/** GitHub divides the requests that a query stands for by this, and calls the result points. */
const REQUESTS_PER_POINT = 100

/** How much a query asks for, at most. */
export interface QueryCost {
  readonly nodeCount: number
  /** In points of the rate limit. */
  readonly cost: number
}

interface Weight {
  readonly nodes: number
  readonly requests: number
  readonly fields: number
  readonly height: number
}

const NOTHING: Weight = { nodes: 0, requests: 0, fields: 0, height: 0 }

/**
 * Whether a text is short and flat enough to be parsed.
 *
 * @throws {GraphQLRefusal} when it is not.
 * @throws {GraphQLError} for what is no token.
 */
export function checkQueryText(query: string): void {
  const lexer = new Lexer(new Source(query))
  let [tokens, depth] = [0, 0]
  for (let { kind } = lexer.advance(); kind !== TokenKind.EOF; { kind } = lexer.advance()) {
    tokens += 1
    if (kind === TokenKind.BRACE_L || kind === TokenKind.BRACKET_L || kind === TokenKind.PAREN_L) depth += 1
    if (kind === TokenKind.BRACE_R || kind === TokenKind.BRACKET_R || kind === TokenKind.PAREN_R) depth -= 1
    // An object in a list in an argument is deeper than the fields around it.
    if (tokens > MAX_TOKENS || depth > 2 * MAX_DEPTH) throw new GraphQLRefusal('RESOURCE_LIMITS')
  }
}

/**
 * What an operation asks for when every connection is as long as its `first` or `last`. Works on queries that are not
 * validated yet, with unknown fields and fragments that contain themselves.
 *
 * @throws {GraphQLRefusal} when any part of the document is too deep, or the operation asks for too many nodes.
 * @see https://docs.github.com/graphql/overview/rate-limits-and-query-limits-for-the-graphql-api
 */
export function measureQuery(
  document: DocumentNode,
  operation: OperationDefinitionNode | undefined,
  variables: Readonly<Record<string, unknown>>,
): QueryCost {
  const meter = new QueryMeter(document, { ...defaults(operation), ...variables })
  for (const definition of document.definitions)
    if ('selectionSet' in definition) meter.weigh(definition.selectionSet, 0)
  const { nodes, requests } = operation === undefined ? NOTHING : meter.weigh(operation.selectionSet, 0)
  if (nodes > MAX_NODES)
    throw new GraphQLRefusal('NODE_LIMIT', { nodes: commas(nodes), maximum: commas(MAX_NODES) })
  return { nodeCount: nodes, cost: Math.max(1, Math.round(requests / REQUESTS_PER_POINT)) }
}

class QueryMeter {
  readonly #variables: Readonly<Record<string, unknown>>
  readonly #fragments = new Map<string, FragmentDefinitionNode>()
  // Each fragment is weighed once, so that fragments that spread each other twice do not double the work at every step.
  readonly #weights = new Map<string, Weight>()
  readonly #open = new Set<string>()

  constructor(document: DocumentNode, variables: Readonly<Record<string, unknown>>) {
    this.#variables = variables
    for (const definition of document.definitions)
      if (definition.kind === 'FragmentDefinition') this.#fragments.set(definition.name.value, definition)
  }

  weigh({ selections }: SelectionSetNode, depth: number): Weight {
    let total = NOTHING
    for (const selection of selections) {
      const { nodes, requests, fields, height } = this.#selection(selection, depth)
      total = {
        nodes: total.nodes + nodes,
        requests: total.requests + requests,
        fields: total.fields + fields,
        height: Math.max(total.height, height),
      }
      if (depth + total.height > MAX_DEPTH || total.fields > MAX_FIELDS)
        throw new GraphQLRefusal('RESOURCE_LIMITS')
    }
    return total
  }

  #selection(selection: SelectionNode, depth: number): Weight {
    if (depth >= MAX_DEPTH) throw new GraphQLRefusal('RESOURCE_LIMITS')
    if (selection.kind === 'Field') return this.#field(selection, depth)
    if (selection.kind === 'FragmentSpread') return this.#fragment(selection.name.value, depth)
    return higher(this.weigh(selection.selectionSet, depth + 1))
  }

  #field(field: FieldNode, depth: number): Weight {
    const below =
      field.selectionSet === undefined ? NOTHING : higher(this.weigh(field.selectionSet, depth + 1))
    const { nodes, requests, fields, height } = below
    const size = this.#pageSize(field)
    if (size === undefined) return { nodes, requests, fields: 1 + fields, height }
    return { nodes: size * (1 + nodes), requests: 1 + size * requests, fields: 1 + fields, height }
  }

  #fragment(name: string, depth: number): Weight {
    const known = this.#weights.get(name)
    if (known !== undefined) return known
    const fragment = this.#fragments.get(name)
    if (fragment === undefined || this.#open.has(name)) return NOTHING
    this.#open.add(name)
    const weight = higher(this.weigh(fragment.selectionSet, depth + 1))
    this.#open.delete(name)
    this.#weights.set(name, weight)
    return weight
  }

  #pageSize({ arguments: given = [] }: FieldNode): number | undefined {
    const sizes = given
      .filter(({ name }) => name.value === 'first' || name.value === 'last')
      .map(({ value }) => this.#number(value))
    return sizes.length === 0 ? undefined : Math.max(0, ...sizes)
  }

  #number(value: ValueNode): number {
    if (value.kind === 'IntValue') return Number(value.value)
    const given = value.kind === 'Variable' ? this.#variables[value.name.value] : undefined
    return typeof given === 'number' ? given : 0
  }
}

function defaults(operation: OperationDefinitionNode | undefined): Record<string, number> {
  const found: Record<string, number> = {}
  for (const { variable, defaultValue } of operation?.variableDefinitions ?? [])
    if (defaultValue?.kind === 'IntValue') found[variable.name.value] = Number(defaultValue.value)
  return found
}

function higher(weight: Weight): Weight {
  return { ...weight, height: weight.height + 1 }
}

function commas(count: number): string {
  return count.toLocaleString('en-US')
}
