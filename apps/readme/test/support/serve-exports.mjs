// Serves the examples that export a handler for a platform, as that platform would, or a receiver for whatever server there is.
import { createServer } from 'node:http'
import { buffer } from 'node:stream/consumers'
import { pathToFileURL } from 'node:url'
import { createFetchHandler } from '@hubauth/core'

const example = await import(pathToFileURL(process.argv[2]))
const answer = example.handler
  ? throughLambda(example.handler)
  : throughFetch(example.default?.fetch ?? createFetchHandler(example.receiver))

createServer(async (request, response) => {
  const { status, headers, body } = await answer(request, await buffer(request))
  response.writeHead(status, headers).end(body)
}).listen(3_000)

function throughFetch(handle) {
  return async ({ method, headers, url }, bytes) => {
    const body = method === 'POST' ? bytes : undefined
    const response = await handle(new Request(new URL(url, 'http://127.0.0.1'), { method, headers, body }))
    const { status } = response
    return { status, headers: Object.fromEntries(response.headers), body: await response.text() }
  }
}

/** A function URL. */
function throughLambda(handle) {
  return async ({ method, headers, url }, bytes) => {
    const { statusCode, ...rest } = await handle({
      version: '2.0',
      rawPath: url,
      headers,
      requestContext: { http: { method, path: url } },
      body: bytes.toString('base64'),
      isBase64Encoded: true,
    })
    return { status: statusCode, ...rest }
  }
}
