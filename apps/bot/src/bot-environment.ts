/** What every bot is configured with; environment variables where the platform has them. */
export interface BotEnvironment {
  /** The client ID or the App ID. */
  readonly GITHUB_APP_ID: string
  /** The PEM file's text. */
  readonly GITHUB_PRIVATE_KEY: string
  readonly GITHUB_WEBHOOK_SECRET: string
  /** Root of the REST API. Default `https://api.github.com`. */
  readonly GITHUB_API_URL?: string | undefined
}

/** Reads the configuration from environment variables. @throws {TypeError} Naming those that are missing. */
export function botEnvironment(env: Readonly<Record<string, string | undefined>>): BotEnvironment {
  const { GITHUB_APP_ID = '', GITHUB_PRIVATE_KEY = '', GITHUB_WEBHOOK_SECRET = '', GITHUB_API_URL } = env
  const required = { GITHUB_APP_ID, GITHUB_PRIVATE_KEY, GITHUB_WEBHOOK_SECRET }
  const missing = Object.entries(required).flatMap(([name, value]) => (value === '' ? [name] : []))
  if (missing.length > 0)
    throw new TypeError(`These environment variables are missing: ${missing.join(', ')}.`)
  return { ...required, GITHUB_API_URL }
}
