import { readdirSync, readFileSync } from 'node:fs'
import { dirname, relative, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'

const SRC = fileURLToPath(new URL('../src', import.meta.url))

/** From the bottom up: code imports what is listed before it. Types may come from anywhere, since they are gone when it runs. */
const LAYERS = [
  // What everything stands on.
  ...['clock.ts', 'warn.ts', 'json-object.ts', 'route-pattern.ts', 'options.ts', 'errors'],
  // What there is, who may do what, what changes.
  ...['state', 'auth', 'changes'],
  // HTTP, and how things look in it.
  ...['server', 'resources', 'pages', 'oauth'],
  // What a test may ask for.
  ...['schema', 'faults', 'webhooks', 'git', 'graphql', 'routes'],
  // Everything put together, and the handles on it.
  ...['world.ts', 'control', 'control-api', 'github-server.ts', 'seed-file', 'checked-options.ts'],
  ...['simulator.ts', 'start-simulator.ts', 'cli', 'index.ts'],
]

const files = readdirSync(SRC, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.ts'))

test('Every file and folder of the sources has its layer', () => {
  expect(readdirSync(SRC).filter((name) => !LAYERS.includes(name))).toEqual([])
})

test('Code imports only from the layers below its own', () => {
  expect(files.flatMap(upwardImports)).toEqual([])
})

test('Only git starts processes, and only git and the command touch the disk, besides reading seed files', () => {
  const using = (module: string): string[] => [
    ...new Set(files.filter((file) => source(file).includes(`from '${module}'`)).map(layerOf)),
  ]
  expect(using('node:child_process')).toEqual(['git'])
  expect(using('node:fs')).toEqual(['cli'])
  expect(using('node:fs/promises').toSorted()).toEqual(['git', 'seed-file'])
})

function upwardImports(file: string): string[] {
  const imports = source(file).matchAll(/^(?:import|export) (?!type )[^;]*?from '(\.[^']+)'/gm)
  return [...imports]
    .map(([, specifier = '']) => relative(SRC, resolve(SRC, dirname(file), specifier)))
    .filter((target) => LAYERS.indexOf(layerOf(target)) > LAYERS.indexOf(layerOf(file)))
    .map((target) => `${file} imports ${target}`)
}

function source(file: string): string {
  return readFileSync(resolve(SRC, file), 'utf8')
}

function layerOf(file: string): string {
  return file.split('/')[0] ?? file
}
