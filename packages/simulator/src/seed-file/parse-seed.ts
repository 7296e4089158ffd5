/** How often aliases may repeat content before it is taken for an attack (`billion laughs`). */
const MAX_ALIASES = 100

/**
 * Reads YAML 1.2, of which JSON is a part. No tags, no merge keys, no keys twice: a seed file says what it says.
 *
 * @throws {TypeError} with line and column, and nothing of the text itself, which may hold a secret.
 */
export async function parseSeed(source: string): Promise<unknown> {
  // Only seed files need it, and it takes its time to load.
  const { LineCounter, parseDocument } = await import('yaml')
  const lines = new LineCounter()
  const document = parseDocument(source, {
    lineCounter: lines,
    prettyErrors: false,
    schema: 'core',
    stringKeys: true,
    uniqueKeys: true,
  })
  const [problem] = [...document.errors, ...document.warnings]
  if (problem !== undefined) {
    const { line, col } = lines.linePos(problem.pos[0])
    throw new TypeError(`line ${line}, column ${col}: ${reasonOf(problem.code, problem.message)}`)
  }
  try {
    // A file of comments only says nothing.
    return document.toJS({ maxAliasCount: MAX_ALIASES }) ?? {}
  } catch {
    throw new TypeError('an alias has no anchor, or aliases repeat too much')
  }
}

function reasonOf(code: string, message: string): string {
  if (code === 'TAG_RESOLVE_FAILED') return 'tags are not allowed'
  if (code === 'MULTIPLE_DOCS') return 'there must be one document only'
  if (code === 'RESOURCE_EXHAUSTION') return 'it is nested too deeply'
  // What comes after the colon is the source.
  return message.replace(/: .*$/s, '')
}
