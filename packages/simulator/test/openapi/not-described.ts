/** Endpoints that GitHub's OpenAPI description leaves out, with the reason why the simulator answers all the same. */
export const NOT_DESCRIBED: ReadonlyMap<string, string> = new Map([
  ['POST /graphql', 'It describes REST; the GraphQL schema is the description of this one.'],
])
