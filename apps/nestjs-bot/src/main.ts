import { botEnvironment } from '@hubauth/bot'
import { createApp } from './app.ts'

const { PORT = '3000' } = process.env

const app = await createApp(botEnvironment(process.env))
// SIGTERM lets running handlers finish.
app.enableShutdownHooks()
await app.listen(Number(PORT))
console.log(`Webhooks at http://localhost:${PORT}/github/webhooks`)
