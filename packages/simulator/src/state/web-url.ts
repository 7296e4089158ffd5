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

/** Whether a URL is a page of a website. */
export function isWebUrl(url: string): boolean {
  return URL.canParse(url) && /^https?:$/.test(new URL(url).protocol)
}
