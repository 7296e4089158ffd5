import { describeCache, describeChangeLog, describeLease } from '@hubauth/testing'
import {
  type ChangeLog,
  memoryCache,
  memoryChangeLog,
  memoryLease,
  plaintextCache,
  sealedCache,
  type TokenCache,
} from '../../src/index.ts'

const secret = 'an ephemeral secret of forty characters.'

describeCache('memoryCache', ({ clock }) => memoryCache({ clock }))
describeCache('plaintextCache', ({ clock }) => plaintextCache(memoryCache({ clock })))
describeCache('sealedCache', ({ clock }) => sealedCache(memoryCache({ clock }), secret))
describeCache('sealedCache with two secrets', ({ clock }) =>
  sealedCache(memoryCache({ clock }), [secret, `old: ${secret}`]),
)
describeLease('memoryLease', ({ clock }) => memoryLease({ clock }))
describeChangeLog('memoryChangeLog', ({ clock }) => {
  const log = memoryChangeLog({ clock })
  return [log, log]
})
describeChangeLog('sealedCache', ({ clock }) => {
  const cache = Object.assign(memoryCache({ clock }), { changes: memoryChangeLog({ clock }) })
  return [opened(sealedCache(cache, secret)), opened(sealedCache(cache, [secret, `old: ${secret}`]))]
})

function opened({ changes }: TokenCache): ChangeLog {
  if (changes === undefined) throw new TypeError('a sealed cache has the log of the cache in it')
  return changes
}
