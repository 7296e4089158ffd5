import { botEnvironment } from '@hubauth/bot'
import { createApp } from './app.ts'

const { PORT = '3000' } = process.env

createApp(botEnvironment(process.env)).listen(Number(PORT), () => {
  console.log(`Webhooks at http://localhost:${PORT}/github/webhooks`)
})
