/** What the `Authorization` header carries. */
export type Credential =
  | { readonly kind: 'none' }
  | { readonly kind: 'jwt'; readonly value: string }
  | { readonly kind: 'token'; readonly value: string }

/**
 * Reads the `Authorization` header. Tokens come as `Bearer`, as `token`, or as the password of `Basic`; JWTs only as
 * `Bearer`. Anything else is a token that nobody knows.
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
      return { kind: 'token', value: Buffer.from(value, 'base64').toString().split(':').slice(1).join(':') }
    default:
      return { kind: 'token', value: '' }
  }
}

// A stateless installation token contains a JWT too, behind its `ghs_` prefix.
function isJwt(value: string): boolean {
  return /^ey[\w-]*\.[\w-]*\.[\w-]*$/.test(value)
}
