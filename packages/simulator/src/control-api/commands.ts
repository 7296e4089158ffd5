import { ACCOUNT_COMMANDS } from './account-commands.ts'
import type { Command } from './command.ts'
import { INSTALLATION_COMMANDS } from './installation-commands.ts'
import { READS } from './reads.ts'
import { REQUEST_COMMANDS } from './request-commands.ts'
import { USER_COMMANDS } from './user-commands.ts'
import { WEBHOOK_COMMANDS } from './webhook-commands.ts'

/** Every command by its name, which is the method of `Simulator` that it calls. */
export const COMMANDS: ReadonlyMap<string, Command> = new Map(
  Object.entries({
    ...REQUEST_COMMANDS,
    ...INSTALLATION_COMMANDS,
    ...ACCOUNT_COMMANDS,
    ...USER_COMMANDS,
    ...WEBHOOK_COMMANDS,
  }),
)

/** Everything that can be looked at by its name, which is the property of `Simulator` that it shows. */
export const READABLE: ReadonlyMap<string, Command> = new Map(Object.entries(READS))
