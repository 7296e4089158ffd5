export type { Clock } from './clock.ts'
export type { EvidenceClass } from './errors/error-facts.ts'
export type { GitHubErrorOptions, GitHubErrorResponse } from './errors/github-error.ts'
export { githubError } from './errors/github-error.ts'
export type { GitHubErrorCode } from './errors/github-errors.ts'
export { GITHUB_ERRORS } from './errors/github-errors.ts'
export type { FailureMode } from './faults/failure-mode.ts'
export type { FaultMode } from './faults/failure-modes.ts'
export { FAILURE_MODES } from './faults/failure-modes.ts'
export type { DelayRange, Fault, FaultHandle, FaultReport, FaultResponse } from './faults/fault.ts'
export { GRAPHQL_ERRORS } from './graphql/graphql-errors.ts'
export { OAUTH_ERRORS } from './oauth/oauth-errors.ts'
export type {
  AccountSeed,
  AppSeed,
  ControlOptions,
  InstallationSeed,
  IssueSeed,
  RateLimitOptions,
  RepositorySeed,
  SimulatorOptions,
} from './options.ts'
export { type ReadSeedOptions, readSeed } from './seed-file/read-seed.ts'
export type { RequestFilter, RequestRecord } from './server/request-log.ts'
export type {
  SimulatedApp,
  SimulatedDelivery,
  SimulatedInstallation,
  Simulator,
  UserAuthorization,
} from './simulator.ts'
export { startSimulator } from './start-simulator.ts'
export type { PermissionLevel, Permissions } from './state/permissions.ts'
export type { TokenFormat } from './state/tokens.ts'
export type { WebhookDelivery, WebhookDeliveryResult } from './webhooks/delivery.ts'
export type { DeliveryFault } from './webhooks/delivery-fault.ts'
export type { DeliveryFaultHandle } from './webhooks/delivery-faults.ts'
