import { createServer } from 'node:http'
import { tokenAnswer } from '../stubs/token-answer.ts'
import { serveParent } from './parent.ts'

/** A thousand connections arrive at once; the default of 511 would make some wait a second for the next SYN. */
const BACKLOG = 4_096

let posts = 0
const jwts = new Set<string>()

/** Answers every mint at once, whatever the JWT: what is measured is the client. */
const server = createServer((request, response) => {
  posts++
  jwts.add(request.headers.authorization ?? '')
  request.resume()
  const body = tokenAnswer()
  response.writeHead(201, {
    'content-type': 'application/json; charset=utf-8',
    'content-length': Buffer.byteLength(body),
  })
  response.end(body)
})

server.listen({ host: '127.0.0.1', port: 0, backlog: BACKLOG }, () => {
  const address = server.address()
  const port = typeof address === 'object' ? (address?.port ?? 0) : 0
  serveParent({ port }, () => {
    const seen = { posts, jwts: jwts.size }
    posts = 0
    jwts.clear()
    // The next candidate shall open its own sockets.
    server.closeIdleConnections()
    return seen
  })
})
