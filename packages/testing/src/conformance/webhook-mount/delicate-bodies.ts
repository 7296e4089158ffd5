/** The bytes of a text. */
export const utf8 = (text: string) => new TextEncoder().encode(text)

const JSON_BODIES: Readonly<Record<string, Uint8Array>> = {
  'escaped characters': utf8('{"title":"caf\\u00e9 \\/ \\ud83d\\ude00 \\u007f"}'),
  'characters outside ASCII': utf8('{"title":"café 世界 😀"}'),
  'numbers written in unusual ways': utf8('{"id":12345678901234567890,"ratio":1.0,"size":1e3}'),
  'spaces and repeated keys': utf8('{ "a" : 1,\r\n\t"a" : 2, "2": 0, "1": 0 }\n'),
  'a byte order mark': new Uint8Array([0xef, 0xbb, 0xbf, ...utf8('{"title":"mark"}')]),
  'bytes that are not UTF-8': new Uint8Array([...utf8('{"title":"'), 0xff, 0xc3, 0x28, ...utf8('"}')]),
}

/** GitHub writes no such forms; what is written must arrive all the same. */
const FORM_BODIES: Readonly<Record<string, Uint8Array>> = {
  'escapes that nothing writes like this': utf8(
    'a=%7e+%20&&payload=%7b%22title%22%3A%22caf%c3%a9%22}&payload=2',
  ),
  'a byte order mark': new Uint8Array([0xef, 0xbb, 0xbf, ...utf8('payload={}')]),
  'bytes that are not UTF-8': new Uint8Array([
    ...utf8('payload={"title":"'),
    0xff,
    0xc3,
    0x28,
    ...utf8('"}'),
  ]),
  'escapes that are not UTF-8': utf8('payload={"title":"%ff%c3%28%zz"}'),
}

/** Bodies that change when something parses and writes them again, or decodes and encodes them; by content type. */
export const DELICATE_BODIES = { json: JSON_BODIES, form: FORM_BODIES }
