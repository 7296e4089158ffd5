export type { Clock } from './clock.ts'
export type {
  EvidenceClass,
  GitHubErrorCode,
  GitHubErrorOptions,
  GitHubErrorResponse,
} from './errors.ts'
export { GITHUB_ERRORS, githubError } from './errors.ts'
export type { Fault, FaultHandle, FaultResponse } from './faults/fault-table.ts'
export type {
  AccountSeed,
  AppSeed,
  InstallationSeed,
  IssueSeed,
  RateLimitOptions,
  RepositorySeed,
  SimulatorOptions,
} from './options.ts'
export type { RequestFilter, RequestRecord } from './server/request-log.ts'
export type { SimulatedApp, SimulatedInstallation, Simulator } from './simulator.ts'
export { startSimulator } from './start-simulator.ts'
export type { PermissionLevel, Permissions } from './state/permissions.ts'
export type { TokenFormat } from './state/tokens.ts'
export type { WebhookDelivery, WebhookDeliveryResult } from './webhooks/delivery.ts'
