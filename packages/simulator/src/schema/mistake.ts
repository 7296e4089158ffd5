const SHOWN_CHARACTERS = 60
const LONGEST_NAME = 64

/** What is wrong, and where. An empty place is the whole of what was given. */
export function mistake(at: string, problem: string): TypeError {
  return new TypeError(`${at === '' ? 'This' : at} ${problem}`)
}

// Keys, tokens and JWTs that ended up in the wrong place.
const SECRET = /-----BEGIN|\bgh[opsur]_\w{8}|\bgithub_pat_|\bey[\w-]{8,}\./

/** A value in a message: short, and never a secret. */
export function shown(value: unknown): string {
  if (typeof value === 'string') {
    if (SECRET.test(value)) return 'a secret'
    const cut = value.length > SHOWN_CHARACTERS ? `${value.slice(0, SHOWN_CHARACTERS)}…` : value
    return JSON.stringify(cut)
  }
  if (Array.isArray(value)) return 'a list'
  if (typeof value === 'object' && value !== null) return 'an object'
  if (typeof value === 'function') return 'a function'
  return String(value)
}

/** A member of something, as a path: short, whatever it is called. */
export function placeOf(at: string, name: string): string {
  const cut = name.length > LONGEST_NAME ? `${name.slice(0, LONGEST_NAME)}…` : name
  return at === '' ? cut : `${at}.${cut}`
}

/** `; did you mean "issues"?` when something known is close, otherwise all that is known. */
export function suggestion(name: string, known: readonly string[]): string {
  return closest(name, known) ?? `; there is ${known.join(', ')}`
}

/** `; did you mean "issues"?` when something known is close; undefined when nothing is. */
export function closest(name: string, known: readonly string[]): string | undefined {
  if (name.length > LONGEST_NAME) return undefined
  const [found] = known
    .map((candidate) => ({ candidate, edits: distance(name.toLowerCase(), candidate.toLowerCase()) }))
    .filter(({ edits }) => edits <= Math.max(1, Math.floor(name.length / 3)))
    .toSorted((one, other) => one.edits - other.edits)
  return found === undefined ? undefined : `; did you mean "${found.candidate}"?`
}

// How many letters to insert, delete or replace (Levenshtein).
function distance(from: string, to: string): number {
  let above = Array.from({ length: to.length + 1 }, (_, index) => index)
  for (const [row, letter] of [...from].entries()) {
    const current = [row + 1]
    for (let column = 1; column <= to.length; column += 1) {
      const replaced = (above[column - 1] ?? 0) + (letter === to[column - 1] ? 0 : 1)
      current.push(Math.min(replaced, (above[column] ?? 0) + 1, (current[column - 1] ?? 0) + 1))
    }
    above = current
  }
  return above[to.length] ?? Number.POSITIVE_INFINITY
}
