// Compiles the small apps in tools/consumers against packed packages, as their users would, and runs what was compiled.
import { spawnSync } from 'node:child_process'
import { cpSync, existsSync, mkdirSync, readdirSync, realpathSync, symlinkSync, writeFileSync } from 'node:fs'
import { basename, join, resolve } from 'node:path'

const COMPILERS = { 7: 'node_modules/typescript/bin/tsc', 5: 'node_modules/typescript-5/bin/tsc' }
const NEST_11 = 'packages/nestjs/test/nest-11/node_modules'

/** What stands in for the newest major version of each framework. */
const OLDEST = {
  '@nestjs/common': `${NEST_11}/@nestjs/common`,
  '@nestjs/core': `${NEST_11}/@nestjs/core`,
  '@nestjs/terminus': `${NEST_11}/@nestjs/terminus`,
  '@types/express': 'packages/express/node_modules/@types/express4',
  '@types/koa': 'packages/koa/node_modules/@types/koa2',
  express: 'packages/express/node_modules/express4',
  koa: 'packages/koa/node_modules/koa2',
}
/** What apps use besides. */
const OTHERS = {
  '@azure/identity': 'apps/readme/node_modules/@azure/identity',
  '@types/express': 'packages/express/node_modules/@types/express',
  '@types/koa': 'packages/koa/node_modules/@types/koa',
  '@types/node': 'node_modules/@types/node',
}

/** How apps are compiled; `formats` are those that are run as well. */
const MODES = {
  nodenext: { options: { module: 'nodenext' }, include: ['*.ts', '*.cts'], formats: ['js', 'cjs'] },
  bundler: { options: { module: 'preserve', noEmit: true }, include: ['*.ts'], formats: [] },
  // What NestJS 11 projects and other CommonJS apps were set up with; TypeScript 7 has no such thing.
  node10: {
    options: { module: 'commonjs', moduleResolution: 'node10', esModuleInterop: true },
    include: ['*.cts'],
    // It knows no entries below a package.
    exclude: ['nestjs-terminus.cts'],
    formats: ['cjs'],
  },
}
const OPTIONS = {
  target: 'es2022',
  strict: true,
  skipLibCheck: false,
  types: ['node'],
  experimentalDecorators: true,
  emitDecoratorMetadata: true,
}

function link(target, path) {
  mkdirSync(join(path, '..'), { recursive: true })
  symlinkSync(realpathSync(target), path)
}

/** Each app twice: as an ES module, and as CommonJS. */
function writeApps(folder) {
  mkdirSync(folder, { recursive: true })
  writeFileSync(join(folder, 'package.json'), '{ "type": "module" }')
  for (const file of readdirSync('tools/consumers')) {
    cpSync(join('tools/consumers', file), join(folder, file))
    cpSync(join('tools/consumers', file), join(folder, `${basename(file, '.ts')}.cts`))
  }
}

/** Loads all apps in one process: a promise that they export and that rejects ends it. Gives what it printed then. */
function failure(outDir, format) {
  // vitest, the peer of @hubauth/testing, can only be imported by test files.
  const apps = readdirSync(outDir).filter(
    (file) => file.endsWith(`.${format}`) && !file.startsWith('testing.'),
  )
  const load = format === 'js' ? (app) => `await import('./${app}')` : (app) => `require('./${app}')`
  const loader = join(outDir, `all.${format}`)
  writeFileSync(loader, apps.map(load).join('\n'))
  const { status, stdout, stderr } = spawnSync(process.execPath, ['--no-warnings', loader], {
    encoding: 'utf8',
    timeout: 60_000,
  })
  return status === 0 ? '' : `${stdout}${stderr}`
}

function checkApps(folder, compiler, mode) {
  const { options, include, exclude, formats } = MODES[mode]
  const outDir = join(folder, `${mode}-${compiler}`)
  const config = join(folder, `tsconfig.${mode}-${compiler}.json`)
  const compilerOptions = { ...OPTIONS, ...options, rootDir: folder, outDir }
  writeFileSync(config, JSON.stringify({ compilerOptions, include, exclude }))
  const { stdout } = spawnSync(
    process.execPath,
    [resolve(COMPILERS[compiler]), '-p', config, '--pretty', 'false'],
    { encoding: 'utf8' },
  )
  const name = `${basename(folder)} frameworks, TypeScript ${compiler}, ${mode}`
  return [stdout, ...formats.map((format) => failure(outDir, format))]
    .filter((text) => text !== '')
    .map((text) => `${name}:\n${text}`)
}

/**
 * Checks the packages that are unpacked in `node_modules` of the folder, each with its newest peers beside it.
 *
 * @returns What is wrong.
 */
export function checkConsumers(work) {
  for (const [name, target] of Object.entries(OTHERS)) link(target, join(work, 'node_modules', name))
  const newest = join(work, 'newest')
  const oldest = join(work, 'oldest')
  writeApps(newest)
  writeApps(oldest)
  // Copies, which find the peers beside them first, and all else where the newest are.
  cpSync(join(work, 'node_modules/@hubauth'), join(oldest, 'node_modules/@hubauth'), { recursive: true })
  for (const [name, target] of Object.entries(OLDEST)) link(target, join(oldest, 'node_modules', name))
  const packages = readdirSync(join(work, 'node_modules/@hubauth'))
  return [
    ...packages
      .filter((name) => !existsSync(join(newest, `${name}.ts`)))
      .map((name) => `tools/consumers: nothing uses ${name}.`),
    ...['5', '7'].flatMap((compiler) =>
      [newest, oldest].flatMap((folder) =>
        ['nodenext', 'bundler'].flatMap((mode) => checkApps(folder, compiler, mode)),
      ),
    ),
    ...checkApps(oldest, '5', 'node10'),
  ]
}
