// A browser would run or open these instead of going somewhere.
const UNSAFE_PROTOCOLS: ReadonlySet<string> = new Set([
  'javascript:',
  'vbscript:',
  'data:',
  'blob:',
  'file:',
  'about:',
  'view-source:',
])

/** Whether a URL is a place that a browser can be sent to. */
export function isRedirectTarget(url: string): boolean {
  return URL.canParse(url) && !UNSAFE_PROTOCOLS.has(new URL(url).protocol)
}

/** Whether a URL is a page of a website. One whose user name or password Node could not send is none. */
export function isWebUrl(url: string): boolean {
  if (!URL.canParse(url)) return false
  const { protocol, username, password } = new URL(url)
  return /^https?:$/.test(protocol) && isDecodable(username + password)
}

function isDecodable(text: string): boolean {
  try {
    decodeURIComponent(text)
    return true
  } catch {
    return false
  }
}
