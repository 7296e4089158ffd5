const REASONS: Readonly<Record<number, string>> = {
  500: 'Internal Server Error',
  502: 'Bad Gateway',
  503: 'Service Unavailable',
  504: 'Gateway Timeout',
}

/** What stands in front of GitHub sends when nothing behind it answers: a page for people, where a program expects JSON. */
export function htmlErrorPage(status: number): string {
  const reason = REASONS[status] ?? 'Error'
  return `<!DOCTYPE html>
<html lang="en">
<head><meta charset="utf-8"><title>${status} ${reason}</title></head>
<body>
<h1>${status} ${reason}</h1>
<p>The unicorn is out to lunch: no server was free to answer this in time. Try the same request again in a while.</p>
</body>
</html>
`
}
