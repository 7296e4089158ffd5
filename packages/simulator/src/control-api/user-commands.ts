import { AUTHORIZE } from '../schema/method-schemas.ts'
import { object, required } from '../schema/object-schema.ts'
import { APP_SLUG, LOGIN } from '../schema/options-schema.ts'
import { choice, NULL, text } from '../schema/schema.ts'
import { type Command, command } from './command.ts'

const USER_CODE = required(text(), 'The code that the device shows.')

/** What users do in their browsers. */
export const USER_COMMANDS: Readonly<Record<string, Command>> = {
  signIn: command(
    'Signs a user in to the web host; null signs out.',
    object<{ login: string | null }>({
      login: required(
        choice<string | null>('a login, or null', [
          { when: (value) => value === null, schema: NULL },
          { when: (value) => typeof value === 'string', schema: LOGIN },
        ]),
      ),
    }),
    (github, { login }) => github.signIn(login ?? undefined),
  ),
  authorize: command(
    'A user lets an app act for them, without pages. Returns the tokens.',
    AUTHORIZE,
    (github, options) => github.authorize(options),
  ),
  approveDevice: command(
    'A user enters the code that a device shows, and lets it act.',
    object<{ userCode: string; login: string }>({ userCode: USER_CODE, login: required(LOGIN) }),
    (github, { userCode, login }) => github.approveDevice(userCode, login),
  ),
  denyDevice: command(
    'A user enters the code that a device shows, and refuses.',
    object<{ userCode: string }>({ userCode: USER_CODE }),
    (github, { userCode }) => github.denyDevice(userCode),
  ),
  revokeAuthorization: command(
    'A user takes back what an app may do, with all its tokens. Returns whether there was anything.',
    object<{ login: string; app?: string }>({ login: required(LOGIN), app: APP_SLUG }),
    (github, { login, ...options }) => github.revokeAuthorization(login, options),
  ),
}
