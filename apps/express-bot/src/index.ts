export { createApp } from './app.ts'
export { createBot } from './bot.ts'
