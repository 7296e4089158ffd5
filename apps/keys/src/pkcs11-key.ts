import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { buffer, text } from 'node:stream/consumers'
import { type KeySource, type StoreProblem, signerKey } from '@hubauth/core'

/** A key on a PKCS#11 token: a hardware security module, a smart card, SoftHSM. */
export interface Pkcs11KeyOptions {
  /** Path of the token's PKCS#11 module, such as `/usr/lib/softhsm/libsofthsm2.so`. */
  readonly module: string
  /** Label of the token. */
  readonly token: string
  /** ID of the key there, in hex digits. */
  readonly keyId: string
  /** Name of the environment variable that holds the PIN: arguments are seen by everybody on the machine. */
  readonly pinVariable: string
}

/** Signs with `pkcs11-tool` of OpenSC, one process for each signature: an app needs one in eight minutes. */
export function pkcs11Key({ module, token, keyId, pinVariable }: Pkcs11KeyOptions): KeySource {
  const where = ['--module', module, '--token-label', token, '--id', keyId]
  const login = ['--login', '--pin', `env:${pinVariable}`]
  const nothing = new Uint8Array()
  const tool = oneAtATime(runTool)
  return signerKey({
    store: 'PKCS#11',
    keyId: `${token}/${keyId}`,
    publicKey: (signal) => tool([...where, '--read-object', '--type', 'pubkey'], { input: nothing, signal }),
    sign: (input, signal) =>
      tool([...where, ...login, '--sign', '--mechanism', 'SHA256-RSA-PKCS'], { input, signal }),
    explain,
  })
}

/** Tokens do one thing at a time anyway, and some lose their way when several processes open them. */
function oneAtATime<Parameters extends readonly unknown[], T>(
  work: (...parameters: Parameters) => Promise<T>,
): (...parameters: Parameters) => Promise<T> {
  let last: Promise<unknown> = Promise.resolve()
  return (...parameters) => {
    const next = last.catch(() => undefined).then(() => work(...parameters))
    last = next
    return next
  }
}

interface ToolCall {
  readonly input: Uint8Array
  readonly signal: AbortSignal
}

async function runTool(args: readonly string[], { input, signal }: ToolCall): Promise<Uint8Array> {
  const child = spawn('pkcs11-tool', args, { signal, stdio: 'pipe' })
  const ended = once(child, 'close')
  // A tool that fails at once does not read its input; its exit code says more.
  child.stdin.on('error', () => undefined)
  child.stdin.end(input)
  const [output, complaint] = await Promise.all([buffer(child.stdout), text(child.stderr), ended])
  if (child.exitCode === 0) return output
  const lines = complaint.split('\n')
  throw new Error(lines.find((line) => /^error:|^No slot/.test(line)) ?? 'pkcs11-tool failed')
}

function explain(error: unknown): StoreProblem | undefined {
  const { message } = error as Error
  if (/CKR_PIN_|CKR_USER_/.test(message)) return 'access-denied'
  return /not found|no slot/i.test(message) ? 'not-found' : undefined
}
