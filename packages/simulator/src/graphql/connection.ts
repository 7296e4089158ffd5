import type { GraphQLResolveInfo, SelectionSetNode } from 'graphql'
import { GraphQLRefusal } from './graphql-errors.ts'
import type { QuerySession } from './query-session.ts'

/** GitHub's limit of one page. */
const MAX_PAGE = 100

/** How a client asks for a page of a connection. */
export interface PageArguments {
  readonly first?: number | null
  readonly last?: number | null
  readonly after?: string | null
  readonly before?: string | null
}

interface ConnectionOptions<Item> {
  readonly session: QuerySession
  readonly info: GraphQLResolveInfo
  node(item: Item): unknown
}

/**
 * A page of a list, as an object for the fields of a connection. Only `totalCount` can be had without `first` or `last`.
 *
 * @throws {GraphQLRefusal} when the page is not bounded, too long, or begins at a cursor that does not exist.
 */
export function connection<Item extends { readonly id: number }>(
  items: readonly Item[],
  page: PageArguments,
  { session, info, node }: ConnectionOptions<Item>,
): Readonly<Record<string, unknown>> {
  session.checkResources()
  if (!selects(info, ['nodes', 'edges', 'pageInfo'])) return { totalCount: items.length }
  const { start, end } = bounds(items, page, info.fieldName)
  const shown = items.slice(start, end)
  const [first, last] = [shown[0], shown.at(-1)]
  return {
    totalCount: items.length,
    nodes: () => shown.map(node),
    edges: () => shown.map((item) => ({ cursor: cursorOf(item), node: () => node(item) })),
    pageInfo: {
      hasPreviousPage: start > 0,
      hasNextPage: end < items.length,
      startCursor: first === undefined ? null : cursorOf(first),
      endCursor: last === undefined ? null : cursorOf(last),
    },
  }
}

/** What a client hands back to go on behind an item. */
export function cursorOf({ id }: { readonly id: number }): string {
  return Buffer.from(`cursor:v2:${id}`).toString('base64')
}

function bounds(
  items: readonly { readonly id: number }[],
  { first, last, after, before }: PageArguments,
  name: string,
): { start: number; end: number } {
  const count = pageSize(first ?? undefined, last ?? undefined, name)
  const start = typeof after === 'string' ? indexOf(items, after) + 1 : 0
  const end = Math.max(start, typeof before === 'string' ? indexOf(items, before) : items.length)
  return typeof last === 'number'
    ? { start: Math.max(start, end - count), end }
    : { start, end: Math.min(end, start + count) }
}

function pageSize(first: number | undefined, last: number | undefined, name: string): number {
  if (first !== undefined && last !== undefined)
    throw new GraphQLRefusal('PAGE_AMBIGUOUS', { connection: name })
  const count = first ?? last
  if (count === undefined) throw new GraphQLRefusal('PAGE_UNBOUNDED', { connection: name })
  const argument = first === undefined ? 'last' : 'first'
  if (count < 0) throw new GraphQLRefusal('PAGE_NEGATIVE', { argument, connection: name })
  if (count > MAX_PAGE)
    throw new GraphQLRefusal('PAGE_TOO_LONG', { count, argument, connection: name, maximum: MAX_PAGE })
  return count
}

function indexOf(items: readonly { readonly id: number }[], cursor: string): number {
  const index = items.findIndex((item) => cursorOf(item) === cursor)
  if (index === -1) throw new GraphQLRefusal('CURSOR_INVALID', { cursor })
  return index
}

// Whether one of the fields is asked for, in fragments as well.
function selects(info: GraphQLResolveInfo, names: readonly string[]): boolean {
  const seen = new Set<string>()
  const within = (set: SelectionSetNode | undefined): boolean =>
    set?.selections.some((selection) => {
      if (selection.kind === 'Field') return names.includes(selection.name.value)
      if (selection.kind === 'InlineFragment') return within(selection.selectionSet)
      const { value } = selection.name
      if (seen.has(value)) return false
      seen.add(value)
      return within(info.fragments[value]?.selectionSet)
    }) ?? false
  return info.fieldNodes.some(({ selectionSet }) => within(selectionSet))
}
