import type { ErrorFacts } from './error-facts.ts'

/** Every error the simulator can give. `{name}` is filled in when it is given. Docs are below `https://docs.github.com/`. */
export const GITHUB_ERRORS = {
  // Authentication as an app
  JWT_UNDECODABLE: {
    status: 401,
    message: 'A JSON web token could not be decoded',
    evidence: 'I',
    docs: 'rest',
  },
  JWT_EXP_TOO_FAR: {
    status: 401,
    message: "'Expiration time' claim ('exp') is too far in the future",
    evidence: 'I',
    docs: 'rest',
  },
  JWT_EXP_NOT_FUTURE: {
    status: 401,
    message:
      "'Expiration time' claim ('exp') must be a numeric value representing the future time at which the assertion expires",
    evidence: 'I',
    docs: 'rest',
  },
  JWT_IAT_INVALID: {
    status: 401,
    message:
      "'Issued at' claim ('iat') must be an Integer representing the time that the assertion was issued",
    evidence: 'I',
    docs: 'rest',
  },
  JWT_ISS_INVALID: {
    status: 401,
    message: "'Issuer' claim ('iss') must be an Integer",
    evidence: 'I',
    docs: 'rest',
  },
  INTEGRATION_NOT_FOUND: { status: 404, message: 'Integration not found', evidence: 'I', docs: 'rest' },
  APP_HAS_NO_KEY: {
    status: 401,
    message: 'Integration must generate a public key',
    evidence: 'F',
    docs: 'rest',
  },

  // Authentication with a token
  BAD_CREDENTIALS: { status: 401, message: 'Bad credentials', evidence: 'D', docs: 'rest' },
  REQUIRES_AUTHENTICATION: { status: 401, message: 'Requires authentication', evidence: 'D' },
  GRAPHQL_REQUIRES_AUTHENTICATION: {
    status: 401,
    message: 'This endpoint requires you to be authenticated.',
    evidence: 'I',
    docs: 'graphql/guides/forming-calls-with-graphql#authenticating-with-graphql',
  },
  // Only the words `suspended your access` are evidenced; the rest of the sentence is ours.
  INSTALLATION_SUSPENDED_IN_USE: {
    status: 403,
    message: 'The owner of this installation suspended your access',
    evidence: 'C',
  },
  INSTALLATION_TOKEN_REQUIRED: {
    status: 403,
    message:
      'You must authenticate with an installation access token in order to list repositories for an installation.',
    evidence: 'F',
  },

  APP_TOKEN_REQUIRED: {
    status: 403,
    message: 'You must authenticate with an access token authorized to a GitHub App in order to list {what}',
    evidence: 'I',
  },
  // That these requests are refused is documented; the texts are not.
  PERSONAL_TOKEN_REQUIRED: {
    status: 403,
    message: 'You must use a personal access token to access this endpoint.',
    evidence: 'M',
  },
  UNAUTHENTICATED_ONLY: {
    status: 403,
    message: 'This endpoint does not accept authenticated requests.',
    evidence: 'M',
  },

  // Minting
  INSTALLATION_SUSPENDED: {
    status: 403,
    message: 'This installation has been suspended',
    evidence: 'I',
    docs: 'rest/reference/apps#create-an-installation-access-token-for-an-app',
  },
  PERMISSIONS_NOT_GRANTED: {
    status: 422,
    message: 'The permissions requested are not granted to this installation.',
    evidence: 'I',
  },
  REPOSITORY_NOT_IN_INSTALLATION: {
    status: 422,
    message:
      'There is at least one repository that does not exist or is not accessible to the parent installation.',
    evidence: 'I',
  },
  REPOSITORIES_AND_IDS: {
    status: 422,
    message: 'Invalid request.\n\nrepositories may not be specified if repository_ids is specified.',
    evidence: 'M',
  },
  TOO_MANY_REPOSITORIES: {
    status: 422,
    message: 'Too many repositories: an access token can be limited to at most {maximum} repositories.',
    evidence: 'M',
  },

  // Access
  NOT_FOUND: { status: 404, message: 'Not Found', evidence: 'D' },
  ADMIN_RIGHTS_REQUIRED: { status: 403, message: 'Must have admin rights to Repository.', evidence: 'I' },
  NOT_ACCESSIBLE: { status: 403, message: 'Resource not accessible by integration', evidence: 'D' },
  MOVED_PERMANENTLY: {
    status: 301,
    message: 'Moved Permanently',
    evidence: 'D',
    docs: 'rest/guides/best-practices-for-using-the-rest-api#follow-redirects',
  },
  TEMPORARY_REDIRECT: {
    status: 307,
    message: 'Temporary Redirect',
    evidence: 'M',
    docs: 'rest/guides/best-practices-for-using-the-rest-api#follow-redirects',
  },

  // Contents
  REF_NOT_FOUND: { status: 404, message: 'No commit found for the ref {ref}', evidence: 'I' },
  REPOSITORY_EMPTY: { status: 404, message: 'This repository is empty.', evidence: 'I' },

  // Requests
  BODY_NOT_JSON: { status: 400, message: 'Problems parsing JSON', evidence: 'D' },
  BODY_NOT_OBJECT: { status: 400, message: 'Body should be a JSON object', evidence: 'D' },
  BODY_TOO_LARGE: { status: 413, message: 'Payload Too Large', evidence: 'M' },
  INVALID_REQUEST: { status: 422, message: 'Invalid request.\n\n{detail}', evidence: 'M' },
  VALIDATION_FAILED: { status: 422, message: 'Validation Failed', evidence: 'D' },
  BAD_API_VERSION: {
    status: 400,
    message:
      'Bad Request: The version you specified in the "X-GitHub-API-Version" request header, "{version}", is not a supported version. The following versions are currently supported: {supported}.',
    evidence: 'I',
    docs: 'rest',
  },
  UNSUPPORTED_ACCEPT: {
    status: 415,
    message: "Unsupported 'Accept' header: '{accept}'. Must accept 'application/json'.",
    evidence: 'I',
    docs: 'rest/using-the-rest-api/getting-started-with-the-rest-api#media-types',
  },
  USER_AGENT_MISSING: {
    status: 403,
    message:
      'Request forbidden by administrative rules. Please make sure your request has a User-Agent header (https://docs.github.com/en/rest/overview/resources-in-the-rest-api#user-agent-required). Check https://developer.github.com for other possible causes.\n',
    evidence: 'D',
    contentType: 'text/html',
  },

  // git over HTTP, in plain text so that git shows it as `remote: ...`
  GIT_AUTHENTICATION_REQUIRED: {
    status: 401,
    message: 'Repository not found.',
    evidence: 'I',
    contentType: 'text/plain',
  },
  GIT_ANONYMOUS_WRITE: {
    status: 401,
    message: 'No anonymous write access.',
    evidence: 'I',
    contentType: 'text/plain',
  },
  GIT_BAD_CREDENTIALS: {
    status: 401,
    message: 'Invalid username or token. Password authentication is not supported for Git operations.',
    evidence: 'I',
    contentType: 'text/plain',
  },
  GIT_PUSH_DENIED: {
    status: 403,
    message: 'Permission to {repository}.git denied to {login}.',
    evidence: 'I',
    contentType: 'text/plain',
  },
  GIT_WRITE_DENIED: {
    status: 403,
    message: 'Write access to repository not granted.',
    evidence: 'I',
    contentType: 'text/plain',
  },
  GIT_SUSPENDED: {
    status: 403,
    message: 'The owner of this installation suspended your access',
    evidence: 'M',
    contentType: 'text/plain',
  },
  GIT_DUMB_PROTOCOL: {
    status: 403,
    message:
      'Please upgrade your git client.\nGitHub.com no longer supports git over dumb-http: https://github.com/blog/809-git-dumb-http-transport-to-be-turned-off-in-90-days',
    evidence: 'I',
    contentType: 'text/plain',
  },
  GIT_NOT_FOUND: {
    status: 404,
    message: 'Repository not found.',
    evidence: 'I',
    contentType: 'text/plain',
  },
  // Ours: GitHub has git, and its answer to a defect in it is not known.
  GIT_FAILED: { status: 500, message: 'Internal Server Error', evidence: 'M', contentType: 'text/plain' },
  GIT_MISSING: {
    status: 501,
    message: 'The simulator needs git to serve git over HTTP, and found none on its PATH.',
    evidence: 'M',
    contentType: 'text/plain',
  },

  // Limits and outages
  RATE_LIMIT_EXCEEDED: {
    status: 403,
    message: 'API rate limit exceeded for {subject}.',
    evidence: 'I',
    docs: 'rest/overview/rate-limits-for-the-rest-api',
  },
  SECONDARY_RATE_LIMIT: {
    status: 403,
    message: 'You have exceeded a secondary rate limit. Please wait a few minutes before you try again.',
    evidence: 'I',
    docs: 'rest/overview/rate-limits-for-the-rest-api#about-secondary-rate-limits',
  },
  // GitHub documents the 403; the text is the one of an older edition of the same page.
  TOO_MANY_BAD_LOGINS: {
    status: 403,
    message: 'Maximum number of login attempts exceeded',
    evidence: 'D',
    docs: 'rest/authentication/authenticating-to-the-rest-api#failed-login-limit',
  },
  SERVER_ERROR: { status: 500, message: 'Server Error', evidence: 'D' },
} as const satisfies Record<string, ErrorFacts>

/** The name of one of GitHub's errors, as a key of the table above. */
export type GitHubErrorCode = keyof typeof GITHUB_ERRORS
