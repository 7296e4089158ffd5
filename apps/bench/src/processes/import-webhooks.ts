import '@octokit/webhooks'
