export { GitHubHealthIndicator, type GitHubHealthOptions } from './github-health-indicator.ts'
