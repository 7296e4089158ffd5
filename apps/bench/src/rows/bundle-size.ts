import { fileURLToPath } from 'node:url'
import { gzipSync } from 'node:zlib'
import { build } from 'esbuild'
import { type Comparison, compare, type Target } from '../measure/comparison.ts'
import { type Candidate, interleave, type Role } from '../measure/interleave.ts'
import type { Row } from './row.ts'

const WHOLE_CORE = 'all of @hubauth/core'
const RECEIVER = 'createWebhookReceiver, createSignatureVerifier'
const HAND_WRITTEN = JSON.stringify(fileURLToPath(new URL('../limit/hand-written.js', import.meta.url)))

/** What an edge function or a bundled action carries along. */
export const bundleSize: Row = {
  name: 'bundle-size',
  title: 'Bundle, minified and gzipped',
  limit: 'the least code that does the work, written by hand',
  async measure() {
    return [
      await measureBundles(
        'the two jobs of an app',
        [
          bundle('limit', 'hand-written', `export * from ${HAND_WRITTEN}`),
          bundle('hubauth', WHOLE_CORE, "export * from '@hubauth/core'"),
          bundle(
            'hubauth',
            'createGitHubAuth, pemKey',
            "export { createGitHubAuth, pemKey } from '@hubauth/core'",
          ),
          bundle(
            'peer',
            '@octokit/auth-app, @octokit/webhooks',
            "export * from '@octokit/auth-app'; export { Webhooks, createNodeMiddleware } from '@octokit/webhooks'",
          ),
        ],
        { of: WHOLE_CORE, by: 'value', atMost: 11 },
      ),
      await measureBundles(
        'webhooks only',
        [
          bundle('limit', 'hand-written', `export { webhookKey, isSigned } from ${HAND_WRITTEN}`),
          bundle('hubauth', RECEIVER, `export { ${RECEIVER} } from '@hubauth/core'`),
          bundle(
            'peer',
            '@octokit/webhooks',
            "export { Webhooks, createNodeMiddleware } from '@octokit/webhooks'",
          ),
        ],
        { of: RECEIVER, by: 'value', atMost: 3 },
      ),
      await measureBundles('the signature only', [
        bundle('limit', 'hand-written', `export { webhookKey, isSigned } from ${HAND_WRITTEN}`),
        bundle(
          'hubauth',
          'createSignatureVerifier',
          "export { createSignatureVerifier } from '@hubauth/core'",
        ),
        bundle('peer', '@octokit/webhooks-methods', "export { verify } from '@octokit/webhooks-methods'"),
      ]),
    ]
  },
}

async function measureBundles(
  what: string,
  candidates: readonly Candidate[],
  target?: Target,
): Promise<Comparison> {
  const samples = await interleave(candidates, 1)
  return compare(samples, { what, unit: 'KB', metric: 'kb', ...(target && { target }) })
}

function bundle(role: Role, name: string, contents: string): Candidate {
  return {
    name,
    role,
    async sample() {
      const { outputFiles } = await build({
        stdin: { contents, resolveDir: fileURLToPath(new URL('.', import.meta.url)) },
        bundle: true,
        minify: true,
        write: false,
        format: 'esm',
        platform: 'node',
        target: 'node20',
        logLevel: 'error',
      })
      return { kb: gzipSync(outputFiles[0]?.contents ?? '', { level: 9 }).byteLength / 1_024 }
    },
  }
}
