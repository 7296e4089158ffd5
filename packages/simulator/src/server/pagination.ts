import type { RouteContext } from './route.ts'

const DEFAULT_PER_PAGE = 30
const MAX_PER_PAGE = 100

/** One page of a list, and the `Link` header that leads to the others. */
export interface Page<T> {
  readonly items: readonly T[]
  readonly headers: Readonly<Record<string, string>>
}

/** Cuts a list by `per_page` (default 30, at most 100) and `page` (default 1). What is not a positive integer is the default. */
export function paginate<T>(items: readonly T[], { query, urls, path }: RouteContext): Page<T> {
  const perPage = perPageIn(query)
  const page = positive(query.get('page')) ?? 1
  const last = Math.max(1, Math.ceil(items.length / perPage))
  const link = (target: number, rel: string): string => {
    const search = new URLSearchParams(query)
    search.set('page', String(target))
    return `<${urls.api}${path}?${search}>; rel="${rel}"`
  }
  const links = [
    ...(page > 1 ? [link(Math.min(page - 1, last), 'prev')] : []),
    ...(page < last ? [link(page + 1, 'next'), link(last, 'last')] : []),
    ...(page > 1 ? [link(1, 'first')] : []),
  ]
  return {
    items: items.slice((page - 1) * perPage, page * perPage),
    headers: links.length === 0 ? {} : { link: links.join(', ') },
  }
}

/** How many items a page has: `per_page`, at most 100; 30 when it is absent or no positive integer. */
export function perPageIn(query: URLSearchParams): number {
  return Math.min(positive(query.get('per_page')) ?? DEFAULT_PER_PAGE, MAX_PER_PAGE)
}

function positive(text: string | null): number | undefined {
  return text !== null && /^[1-9]\d{0,8}$/.test(text) ? Number(text) : undefined
}
