/** Where links in answers point: the API and the web host as the client addressed them. No trailing slash. */
export interface Urls {
  readonly api: string
  readonly web: string
}

/** The second place of the API, as on GitHub Enterprise Server. */
export const ENTERPRISE_MOUNT = '/api/v3'

/** Where GitHub Enterprise Server has GraphQL: beside the API, not below it. */
export const ENTERPRISE_GRAPHQL = '/api/graphql'
