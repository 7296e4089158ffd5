import { connect } from 'node:net'

/** Sends bytes as they are and returns what came back once it contains `until`. */
export function exchange(port: number, text: string, until: string): Promise<string> {
  return new Promise((resolve, reject) => {
    let answer = ''
    const socket = connect(port, '127.0.0.1', () => socket.write(text))
    socket.setEncoding('utf8').on('error', reject)
    socket.on('close', () => reject(new Error(`closed after: ${answer}`)))
    socket.on('data', (chunk) => {
      answer += chunk
      if (!answer.includes(until)) return
      resolve(answer)
      socket.destroy()
    })
  })
}

/** Sends bytes, then resets the connection. */
export function sendAndReset(port: number, text: string): Promise<void> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => socket.write(text, () => socket.resetAndDestroy()))
    socket.on('error', () => undefined).on('close', () => resolve())
  })
}
