import { asApp, asNobody, asPersonal, type Row } from './row.ts'

const REVOKE = 'POST /credentials/revoke'

/** Revoking what somebody found. */
export const CREDENTIAL_ROWS: readonly Row[] = [
  {
    endpoint: REVOKE,
    state: 'tokens nobody issued',
    as: asNobody,
    body: { credentials: ['ghp_x', 'ghu_x'] },
    expectStatus: 202,
  },
  ...Object.entries({
    'nothing in the body': {},
    'no tokens': { credentials: [] },
    'a token outside a list': { credentials: 'ghp_x' },
    'tokens that are numbers': { credentials: [1] },
    'too many tokens': { credentials: Array.from({ length: 1001 }, () => 'ghp_x') },
  }).map(([state, body]) => ({ endpoint: REVOKE, state, as: asNobody, body, expectStatus: 422 })),
  { endpoint: REVOKE, state: 'the app', as: asApp, body: { credentials: ['ghp_x'] }, expectStatus: 403 },
  {
    endpoint: REVOKE,
    state: 'a user',
    as: asPersonal('bob'),
    body: { credentials: ['ghp_x'] },
    expectStatus: 403,
  },
]
