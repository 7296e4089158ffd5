import { AssertionError } from 'node:assert'
import { describe, expect, it } from 'vitest'
import { expectHidden, rsaKey } from '../src/index.ts'

const SECRET = 'a webhook secret of some length'
const PEM = rsaKey().pkcs1

/** An error that holds `text` where errors do not show it at once. */
function nested(text: string): Error {
  return new Error('Outer.', { cause: Object.assign(new Error('Inner.'), { response: { body: text } }) })
}

describe('expectHidden', () => {
  it.each([
    ['in a message', new Error(`No ${SECRET}.`)],
    ['in a property', { deeply: { nested: [SECRET] } }],
    ['in a property that is not enumerable', Object.defineProperty({}, 'hidden', { value: SECRET })],
    ['in a property of a cause', nested(SECRET)],
    ['in what is sent as JSON', { toJSON: () => SECRET }],
    ['in part', new Error(`No ${SECRET.slice(5, 17)}.`)],
  ])('finds a secret %s', (_, value) => {
    expect(() => expectHidden(SECRET, value)).toThrow(AssertionError)
  })

  it.each([
    ['a line of a PEM', () => nested(PEM.split('\n')[3] ?? '')],
    ['a PEM on one line', () => nested(PEM.replaceAll('\n', ' '))],
    ['another key', () => nested(rsaKey({ label: 'second' }).pkcs8)],
    ['a bearer token', () => nested('authorization: Bearer abc')],
  ])('finds %s', (_, value) => {
    expect(() => expectHidden(PEM, value())).toThrow(AssertionError)
  })

  it('finds a secret that is shorter than the pieces it looks for', () => {
    expect(() => expectHidden('hvs.t', new Error('No hvs.t.'))).toThrow(AssertionError)
  })

  it('passes what says only what kind of thing it was, and shorter pieces', () => {
    expectHidden(SECRET, nested(SECRET.slice(0, 11)))
    expectHidden(PEM, new Error('It begins with -----BEGIN CERTIFICATE-----.'))
  })

  it('does not repeat what it found', () => {
    const found = () => expectHidden(SECRET, new Error(SECRET))
    expect(found).toThrow('expected to see nothing of the secret')
    expect(found).not.toThrow(SECRET)
  })

  it('has nothing to look for in an empty secret', () => {
    expect(() => expectHidden(' ', new Error('No.'))).toThrow(TypeError)
  })
})
