export { type BotEnvironment, botEnvironment } from './bot-environment.ts'
export { createBot } from './create-bot.ts'
export { type IssueOpened, thank } from './thank.ts'
