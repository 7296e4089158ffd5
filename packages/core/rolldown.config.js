import { defineConfig } from 'rolldown'

// One file instead of forty: Node pays about 0.7 ms for each module it loads (docs/decisions/0003).
export default defineConfig([
  {
    input: 'src/index.ts',
    output: { file: 'dist/index.js', sourcemap: true },
    external: [/^jose\//, '#hmac'],
  },
  {
    input: { 'hmac.node': 'src/webhook/hmac.node.ts', 'hmac.web': 'src/webhook/hmac.web.ts' },
    output: { dir: 'dist', sourcemap: true },
    external: [/^node:/],
  },
])
