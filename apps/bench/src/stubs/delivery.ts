export const WEBHOOK_SECRET = 'a webhook secret of some length'
export const WEBHOOK_PATH = '/github/webhooks'

/** The payload of an opened issue, with as long a text as it takes to fill `bytes`. */
export function issuePayload(bytes: number): Buffer {
  const user = { login: 'octocat', id: 1, node_id: 'MDQ6VXNlcjE=', type: 'User', site_admin: false }
  const account = { login: 'acme', id: 2, type: 'Organization' }
  const payload = {
    action: 'opened',
    issue: {
      id: 7,
      number: 42,
      title: 'It breaks',
      user,
      labels: [] as object[],
      state: 'open',
      comments: 0,
      body: '',
    },
    repository: { id: 3, name: 'api', full_name: 'acme/api', private: true, owner: account },
    organization: account,
    sender: user,
    installation: { id: 4, node_id: 'MDIzOkludGVncmF0aW9uSW5zdGFsbGF0aW9uNA==' },
  }
  const size = () => Buffer.byteLength(JSON.stringify(payload))
  // Real payloads are long because they have many small fields: URLs, counts, dates.
  for (let id = 1; size() < bytes - 120; id++)
    payload.issue.labels.push({ id, name: `label-${id}`, color: 'ededed', default: false })
  payload.issue.body = 'x'.repeat(Math.max(0, bytes - size()))
  return Buffer.from(JSON.stringify(payload))
}
