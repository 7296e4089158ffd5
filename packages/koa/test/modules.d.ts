// The tests use what is the same in both versions of Koa; types.ts is checked with the types of each.
declare module 'koa2' {
  export { default } from 'koa'
}

declare module 'koa-bodyparser' {
  import type { Middleware } from 'koa'

  interface BodyParserOptions {
    readonly enableTypes?: readonly string[]
    readonly extendTypes?: Readonly<Record<string, readonly string[]>>
    readonly jsonLimit?: string
  }
  const bodyParser: (options?: BodyParserOptions) => Middleware
  export = bodyParser
}
