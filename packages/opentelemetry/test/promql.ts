/** What a query selects: series by a name, or by a pattern for names, and the labels that it looks at. */
export interface Selector {
  readonly name: RegExp
  readonly labels: readonly string[]
}

const SELECTOR = /([a-z_]\w*)?\{([^}]*)\}/g
const MATCHER = /(\w+)\s*(=~|!~|!=|=)\s*"([^"]*)"/g
const WORD = /[a-z_]\w*/g
const KEYWORDS = [
  'sum',
  'min',
  'max',
  'rate',
  'histogram_quantile',
  'vector',
  'or',
  'on',
  'group_left',
  'by',
  'le',
]

/** The selectors of a query, each with its matchers and with the labels that are grouped by around it. */
export function selectorsOf(query: string): readonly Selector[] {
  return [...query.matchAll(SELECTOR)].map(({ index, 1: metric, 2: matchers = '' }) => {
    const pairs = [...matchers.matchAll(MATCHER)].map(([, label = '', , value = '']) => ({ label, value }))
    const pattern = metric ?? pairs.find(({ label }) => label === '__name__')?.value
    if (pattern === undefined) throw new Error(`${query}: there is a selector without a name`)
    const own = pairs.map(({ label }) => label).filter((label) => label !== '__name__')
    return { name: new RegExp(`^(?:${pattern})$`), labels: [...own, ...groupedBy(query, index)] }
  })
}

/** Words of a query that are neither selected nor understood here: a misspelt function, or a metric without braces. */
export function unknownWords(query: string): readonly string[] {
  const rest = query
    .replace(SELECTOR, '')
    .replace(/\[[^\]]*\]/g, '')
    .replace(/by \([^)]*\)/g, '')
  return [...rest.matchAll(WORD)].map(([word]) => word).filter((word) => !KEYWORDS.includes(word))
}

function groupedBy(query: string, position: number): readonly string[] {
  return [...query.matchAll(/by \(([^)]*)\) \(/g)]
    .filter(({ index, 0: start }) => index < position && position < closing(query, index + start.length))
    .flatMap(({ 1: labels = '' }) => labels.split(',').map((label) => label.trim()))
}

/** Where the parenthesis ends that was opened before `start`. */
function closing(query: string, start: number): number {
  let depth = 1
  for (let at = start; at < query.length; at++) {
    if (query[at] === '(') depth++
    if (query[at] === ')') depth--
    if (depth === 0) return at
  }
  throw new Error(`${query}: a parenthesis stays open`)
}
