/** What every request to the API says of itself, unless the caller says otherwise. */
export const API_HEADERS: Readonly<Record<string, string>> = {
  accept: 'application/vnd.github+json',
  /** https://docs.github.com/rest/about-the-rest-api/api-versions */
  'x-github-api-version': '2022-11-28',
}

/** Sent as `User-Agent`, which GitHub requires. */
export const DEFAULT_USER_AGENT = 'hubauth'
