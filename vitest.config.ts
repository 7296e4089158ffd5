import { readdirSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { defaultServerConditions } from 'vite'
import { defineConfig } from 'vitest/config'

// Tests run on the sources: no build first, and stack traces that point at what was written.
// Without `module`, which is for bundlers: some packages have files there that Node cannot load.
const conditions = ['@hubauth/source', ...defaultServerConditions.filter((name) => name !== 'module')]

/** Projects that run what was built, as users do. */
const BUILT = ['simulator', 'readme', 'bullmq', 'fleet']

const projects = ['packages', 'apps'].flatMap((folder) =>
  readdirSync(new URL(folder, import.meta.url)).map((name) => ({
    extends: true as const,
    // Nothing here has state at module level, so files can share a process: twice as fast, and one RSA key for all.
    test: {
      name,
      root: `./${folder}/${name}`,
      include: ['test/**/*.test.ts'],
      isolate: false,
      testTimeout: 30_000,
      globalSetup: BUILT.includes(name)
        ? [new URL('tools/build-for-tests.mjs', import.meta.url).pathname]
        : [],
    },
  })),
)

/** The tests of @hubauth/nestjs once more, with the other major version of NestJS that it supports. */
const nest11 = new URL('packages/nestjs/test/nest-11/node_modules/', import.meta.url).pathname
projects.push({
  extends: true,
  resolve: { alias: [{ find: /^@nestjs\/(.*)$/, replacement: `${nest11}@nestjs/$1` }] },
  test: {
    name: 'nestjs-11',
    root: './packages/nestjs',
    include: ['test/**/*.test.ts'],
    isolate: false,
    testTimeout: 30_000,
  },
})

export default defineConfig({
  resolve: { conditions },
  ssr: { resolve: { conditions } },
  // One worker less than there are cores, as usual, but two on a machine with two: tests wait for sockets and processes.
  // Tests have no deadlines of their own; this one only ends what hangs, also on a machine that does other things.
  test: { projects, maxWorkers: Math.max(2, availableParallelism() - 1) },
})
