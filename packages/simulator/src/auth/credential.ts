/** What the `Authorization` header carries. */
export type Credential =
  | { readonly kind: 'none' }
  | { readonly kind: 'jwt'; readonly value: string }
  | { readonly kind: 'token'; readonly value: string }
  | { readonly kind: 'basic'; readonly username: string; readonly password: string }

/**
 * Reads the `Authorization` header. Tokens come as `Bearer`, as `token`, or in `Basic`; JWTs only as `Bearer`. Anything
 * else is a token that nobody knows.
 */
export function parseCredential(header: string | undefined): Credential {
  if (header === undefined) return { kind: 'none' }
  const [, scheme = '', value = ''] = /^(\S+)\s+(\S+)$/.exec(header.trim()) ?? []
  switch (scheme.toLowerCase()) {
    case 'bearer':
      return isJwt(value) ? { kind: 'jwt', value } : { kind: 'token', value }
    case 'token':
      return { kind: 'token', value }
    case 'basic':
      return basic(value)
    default:
      return { kind: 'token', value: '' }
  }
}

/** The token in a `Basic` credential: the password, or the user name when that is all there is. */
export function basicToken({ username, password }: { username: string; password: string }): string {
  return password === '' || password === 'x-oauth-basic' ? username : password
}

function basic(value: string): Credential {
  const text = Buffer.from(value, 'base64').toString()
  const colon = text.indexOf(':')
  if (colon === -1) return { kind: 'token', value: '' }
  return { kind: 'basic', username: text.slice(0, colon), password: text.slice(colon + 1) }
}

// A stateless installation token contains a JWT too, behind its `ghs_` prefix.
function isJwt(value: string): boolean {
  return /^ey[\w-]*\.[\w-]*\.[\w-]*$/.test(value)
}
