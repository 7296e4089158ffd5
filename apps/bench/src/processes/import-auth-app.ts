import '@octokit/auth-app'
