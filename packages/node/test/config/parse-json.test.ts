import { describe, expect, it } from 'vitest'
import { type JsonValue, parseJson } from '../../src/config/parse-json.ts'

function plain(value: JsonValue): unknown {
  if (value instanceof Map)
    return Object.fromEntries([...value].map(([name, member]) => [name, plain(member)]))
  return Array.isArray(value) ? value.map(plain) : value
}

describe('parseJson', () => {
  it.each([
    '{}',
    '[]',
    ' {"a" : [1, -2.5e3, 0.1, true, false, null, "", {"b": {}}]}\r\n',
    '"caf\\u00e9 \\"quoted\\" \\\\ \\/ \\n 😀"',
    '12345',
    '[[[[[[]]]]]]',
  ])('reads what JSON.parse reads: %s', (text) => {
    expect(plain(parseJson(text))).toEqual(JSON.parse(text))
  })

  it('skips a byte order mark', () => {
    expect(parseJson('\ufeff1')).toBe(1)
  })

  it('takes __proto__ for a name like any other', () => {
    expect(parseJson('{"__proto__": 1}')).toEqual(new Map([['__proto__', 1]]))
  })

  it.each([
    ['', 'line 1, column 1: expected a value'],
    ['{"a": 1,}', 'line 1, column 9: expected a name in double quotes'],
    ['{\n  "a": 1\n  "b": 2\n}', 'line 3, column 3: expected a comma or }'],
    ['{"a" 1}', 'line 1, column 6: expected a colon after the name'],
    ['[1 2]', 'line 1, column 4: expected a comma or ]'],
    ["{'a': 1}", 'line 1, column 2: expected a name in double quotes'],
    ['{\n// why\n}', 'line 2, column 1: expected a name in double quotes (JSON has no comments)'],
    ['{"a": tru}', 'line 1, column 7: expected a value'],
    ['{"a": 01}', 'line 1, column 8: expected a comma or }'],
    ['{"a": "open}', 'line 1, column 7: a text has no closing quote'],
    [
      '{"a": "line\nbreak"}',
      'line 1, column 7: a text has a line break or a backslash that JSON does not know',
    ],
    ['{"a": "\\x"}', 'line 1, column 7: a text has a line break or a backslash that JSON does not know'],
    ['{"a": 1, "a": 2}', 'line 1, column 10: this name is there twice in the same object'],
    ['{} {}', 'line 1, column 4: expected the end of the file'],
    ['['.repeat(100_000), 'line 1, column 33: nested deeper than 32 levels'],
  ])('says where the mistake is: %j', (text, message) => {
    expect(() => parseJson(text)).toThrow(new SyntaxError(message))
  })
})
