import { defineConfig } from 'rolldown'

const JOSE_NOTICE =
  '/*! Contains base64url of jose, https://github.com/panva/jose, MIT, Copyright (c) 2018 Filip Skokan. */'

// One file instead of sixty: Node pays about 0.7 ms for each module that it loads (docs/decisions/0003-speed.md).
export default defineConfig([
  {
    input: 'src/index.ts',
    output: { file: 'dist/index.js', sourcemap: true, banner: JOSE_NOTICE },
    external: ['#hmac'],
  },
  {
    input: { 'hmac.node': 'src/webhook/hmac.node.ts', 'hmac.web': 'src/webhook/hmac.web.ts' },
    output: { dir: 'dist', sourcemap: true },
    external: [/^node:/],
  },
])
