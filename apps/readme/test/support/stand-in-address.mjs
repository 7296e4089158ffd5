/** Where Google's services are, for their clients: over REST, for nothing here speaks gRPC. Credentials are found as always. */
export const address = {
  fallback: true,
  protocol: 'http',
  apiEndpoint: '127.0.0.1',
  port: Number(process.env.GOOGLE_STORES_PORT),
}
