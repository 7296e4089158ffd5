import { spawnSync } from 'node:child_process'
import { constants, createDecipheriv, createPrivateKey, createPublicKey, privateDecrypt } from 'node:crypto'
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { rsaKey } from '@hubauth/testing'
import { expect, it, onTestFinished } from 'vitest'

/** RFC 5649, section 3. */
const WRAP_IV = Buffer.from('A65959A6', 'hex')
const WRAPPING_BYTES = 512

/** The commands of README.md; `aws` is a function that answers what KMS would, in the form that is asked for. */
const COMMANDS = readFileSync(join(import.meta.dirname, '../README.md'), 'utf8')
  .split('```sh\n')
  .find((block) => block.startsWith('KEY='))
  ?.split('```')[0]

const AWS = `
aws() {
  echo "$*" >> "calls.txt"
  case "$2" in
    create-key) echo key-id ;;
    get-parameters-for-import) printf '%s\\t%s\\n' "$PUBLIC_KEY" "$IMPORT_TOKEN" ;;
  esac
}
`

const openssl = spawnSync('openssl', ['version'], { encoding: 'utf8' })
const isOpenssl3 = /^OpenSSL 3/.test(openssl.stdout ?? '')

it('the commands of README.md wrap a PEM as KMS unwraps it, and leave no key behind', (context) => {
  if (!isOpenssl3) return context.skip('there is no OpenSSL 3')
  const folder = mkdtempSync(join(tmpdir(), 'key-aws-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  const wrapping = rsaKey({ bits: 4096 })
  const token = Buffer.alloc(2_500, 'token')
  writeFileSync(join(folder, 'app.pem'), rsaKey().pkcs1)
  const { status, stderr } = spawnSync('bash', ['-e', '-o', 'pipefail', '-c', `${AWS}${COMMANDS}`], {
    stdio: ['ignore', 'pipe', 'pipe'],
    cwd: folder,
    encoding: 'utf8',
    env: {
      PATH: process.env.PATH,
      PUBLIC_KEY: wrapping.publicKey.export({ type: 'spki', format: 'der' }).toString('base64'),
      IMPORT_TOKEN: token.toString('base64'),
    },
  })
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' })
  expect(readFileSync(join(folder, 'token.bin'))).toEqual(token)

  const material = readFileSync(join(folder, 'material.bin'))
  const aes = privateDecrypt(
    { key: wrapping.pkcs8, padding: constants.RSA_PKCS1_OAEP_PADDING, oaepHash: 'sha256' },
    material.subarray(0, WRAPPING_BYTES),
  )
  const unwrap = createDecipheriv('id-aes256-wrap-pad', aes, WRAP_IV)
  const der = Buffer.concat([unwrap.update(material.subarray(WRAPPING_BYTES)), unwrap.final()])
  const key = createPrivateKey({ key: der, format: 'der', type: 'pkcs8' })
  expect(
    createPublicKey(key.export({ type: 'pkcs8', format: 'pem' }).toString()).equals(rsaKey().publicKey),
  ).toBe(true)

  const calls = readFileSync(join(folder, 'calls.txt'), 'utf8').trim().split('\n')
  expect(calls.map((call) => call.split(' ')[1])).toEqual([
    'create-key',
    'get-parameters-for-import',
    'import-key-material',
    'create-alias',
  ])
  for (const name of readdirSync(folder).filter((name) => name !== 'app.pem')) {
    const bytes = readFileSync(join(folder, name))
    expect(bytes.includes(der.subarray(40, 80)) || bytes.includes(aes)).toBe(false)
  }
})
