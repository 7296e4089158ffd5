import '@octokit/auth-app'
import '@octokit/webhooks'
