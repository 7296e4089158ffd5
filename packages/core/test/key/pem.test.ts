import { createPrivateKey } from 'node:crypto'
import { rsaKey } from '@hubauth/testing'
import { describe, expect, it } from 'vitest'
import { readPrivateKey } from '../../src/key/pem.ts'

const pem = rsaKey().pkcs1

/** What Node makes of the same key. */
function nodePkcs8(text: string): Buffer {
  return createPrivateKey(text).export({ type: 'pkcs8', format: 'der' })
}

function expectSameKey(text: string): void {
  expect(Buffer.from(readPrivateKey(text)).equals(nodePkcs8(pem))).toBe(true)
}

describe('readPrivateKey', () => {
  it.each([2048, 3072, 4096] as const)(
    "makes of a %i-bit PKCS#1 key the same bytes as Node's own PKCS#8 export",
    (bits) => {
      const key = rsaKey({ bits })
      expect(Buffer.from(readPrivateKey(key.pkcs1)).equals(nodePkcs8(key.pkcs1))).toBe(true)
    },
  )

  it('takes PKCS#8 as it is', () => {
    expectSameKey(rsaKey().pkcs8)
  })

  it.each([
    ['with literal \\n for line breaks', pem.replaceAll('\n', '\\n')],
    ['with literal \\r\\n for line breaks', pem.replaceAll('\n', '\\r\\n')],
    ['with CRLF line breaks', pem.replaceAll('\n', '\r\n')],
    ['in double quotes', `"${pem}"`],
    ['in single quotes', `'${pem}'`],
    ['in quotes and with literal \\n', `"${pem.trim().replaceAll('\n', '\\n')}"`],
    ['as a JSON string', JSON.stringify(pem)],
    ['on one line with spaces', pem.replaceAll('\n', ' ')],
    ['on one line without anything', pem.replaceAll('\n', '')],
    ['as base64 of the whole PEM', Buffer.from(pem).toString('base64')],
    [
      'as base64 of the whole PEM, wrapped at 76 characters',
      wrapped(Buffer.from(pem).toString('base64'), 76),
    ],
    ['as base64 of a PEM with literal \\n', Buffer.from(pem.replaceAll('\n', '\\n')).toString('base64')],
    ['indented, as in a YAML block', pem.replaceAll(/^/gm, '    ')],
    ['with blank lines around it', `\n\n${pem}\n\n`],
    ['with text before it', `Bag Attributes\n    friendlyName: octo-app\n${pem}`],
    ['with text after it', `${pem}\nkeep this safe\n`],
    ['with a byte order mark', `\uFEFF${pem}`],
    ['with trailing spaces on every line', pem.replaceAll('\n', '  \n')],
    ['wrapped at another width', rewrapped(pem, 40)],
  ])('accepts a key %s', (_, text) => {
    expectSameKey(text)
  })
})

function wrapped(text: string, width: number): string {
  return text.replaceAll(new RegExp(`.{${width}}`, 'g'), '$&\n')
}

function rewrapped(text: string, width: number): string {
  const [first = '', ...rest] = text.trim().split('\n')
  return [first, wrapped(rest.slice(0, -1).join(''), width), rest.at(-1)].join('\n')
}
