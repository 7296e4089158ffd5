import type { VaultLogin } from './vault-login.ts'

/**
 * Logs in with a token that is there already: of an operator, or of a Vault Agent that keeps it in a file.
 *
 * A token as text is used until Vault refuses it. A function, such as one that reads the file of the agent, is called at the
 * first call and again when Vault refused the token; white space around it is left out. Nothing renews either of them here.
 *
 * @throws {TypeError} When `token` can be neither.
 */
export function vaultToken(token: string | (() => string | Promise<string>)): VaultLogin {
  if (typeof token === 'function') return async () => ({ token: `${await token()}`.trim() })
  if (typeof token !== 'string' || !/^\s*[\x21-\x7e]+\s*$/.test(token))
    throw new TypeError('vaultToken(): expected a token, or a function that returns one.')
  return () => ({ token: token.trim() })
}
