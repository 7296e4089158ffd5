import { describeCache, describeLease } from '@hubauth/testing'
import { memoryCache, memoryLease, plaintextCache, sealedCache } from '../../src/index.ts'

const secret = 'an ephemeral secret of forty characters.'

describeCache('memoryCache', ({ clock }) => memoryCache({ clock }))
describeCache('plaintextCache', ({ clock }) => plaintextCache(memoryCache({ clock })))
describeCache('sealedCache', ({ clock }) => sealedCache(memoryCache({ clock }), secret))
describeCache('sealedCache with two secrets', ({ clock }) =>
  sealedCache(memoryCache({ clock }), [secret, `old: ${secret}`]),
)
describeLease('memoryLease', ({ clock }) => memoryLease({ clock }))
