import type { GitHubRule } from './rule.ts'
import { ACCESS_RULES } from './rules/access-rules.ts'
import { APP_JWT_RULES } from './rules/app-jwt-rules.ts'
import { CREDENTIAL_RULES } from './rules/credential-rules.ts'
import { DEVICE_RULES } from './rules/device-rules.ts'
import { INSTALLATION_RULES } from './rules/installation-rules.ts'
import { LEGITIMATE_RULES } from './rules/legitimate-rules.ts'
import { LOOKUP_RULES } from './rules/lookup-rules.ts'
import { MINTING_RULES } from './rules/minting-rules.ts'
import { PROTOCOL_RULES } from './rules/protocol-rules.ts'
import { USER_RULES } from './rules/user-rules.ts'

/** Everything that makes something a GitHub for an app, as far as it is seen over HTTP. */
export const GITHUB_RULES: readonly GitHubRule[] = [
  ...LEGITIMATE_RULES,
  ...CREDENTIAL_RULES,
  ...LOOKUP_RULES,
  ...APP_JWT_RULES,
  ...MINTING_RULES,
  ...ACCESS_RULES,
  ...INSTALLATION_RULES,
  ...USER_RULES,
  ...DEVICE_RULES,
  ...PROTOCOL_RULES,
]
