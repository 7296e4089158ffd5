/** How a client of an SDK is told from others. */
export interface ExpectedClient {
  readonly methods: readonly string[]
  /** Its class, with its article: `a KeyClient`. */
  readonly name: string
  /** The package that has it. */
  readonly sdk: string
  /** The first version of the package that will do. Default: any version. */
  readonly since?: string | undefined
}

/**
 * For packages whose users pass a client: checks that it is one.
 *
 * @throws {TypeError} Which says what to pass, and what to install.
 */
export function checkClient(client: unknown, { methods, name, sdk, since }: ExpectedClient): void {
  const members = Object(client) as Readonly<Record<string, unknown>>
  if (methods.every((method) => typeof members[method] === 'function')) return
  const orLater = since === undefined ? '' : ` ${since} or later`
  throw new TypeError(`client: expected ${name} of ${sdk}${orLater} (npm install ${sdk}).`)
}
