import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname } from 'node:path'
import { type ReadmeBlock, ROOT } from './readme-blocks.ts'

/** In a package that depends on all others, so that imports resolve as a user's do. */
const FOLDERS = `${ROOT}apps/readme/.readme`

const require = createRequire(import.meta.url)
const TSC = `${dirname(require.resolve('typescript/package.json'))}/bin/tsc`

/** A block as a file in a folder of its own, in which it runs. */
export interface Example {
  readonly folder: string
  /** The compiled file. */
  readonly file: string
  /** What the compiler says of it, with the lines of the page. */
  readonly errors: readonly string[]
}

/** Examples, ready to run. */
export interface CompiledExamples {
  readonly examples: readonly Example[]
  /** Deletes their folders. */
  remove(): void
}

/** What examples find in their folders. */
export interface ExampleFiles {
  /** By name; nobody else may read them. */
  readonly own: Readonly<Record<string, string>>
  /** What a platform mounts, by absolute path; everybody may read it. */
  readonly mounts: Readonly<Record<string, string>>
}

/** Writes blocks as they are into fresh folders, with files beside them. Compiles them as users do who have decorators. */
export function compileExamples(blocks: readonly ReadmeBlock[], files: ExampleFiles): CompiledExamples {
  mkdirSync(FOLDERS, { recursive: true })
  const root = mkdtempSync(`${FOLDERS}/run-`)
  const folders = blocks.map(({ code }, index) => {
    const folder = `${root}/example-${index}`
    mkdirSync(folder)
    writeFileSync(`${folder}/example.ts`, code)
    for (const [name, content] of Object.entries(files.own))
      writeFileSync(`${folder}/${name}`, content, { mode: 0o600 })
    for (const [path, content] of Object.entries(files.mounts)) {
      const file = `${folder}/mounts${path}`
      mkdirSync(dirname(file), { recursive: true })
      writeFileSync(file, content, { mode: 0o644 })
    }
    return folder
  })
  const mistakes = compile(root)
  const errorsOf = ({ page, line }: ReadmeBlock, index: number) =>
    mistakes
      .filter((mistake) => mistake.index === index)
      .map(({ row, message }) => `${page}:${line + row - 1}: ${message}`)
  return {
    examples: blocks.map((block, index) => {
      const folder = folders[index] ?? root
      return { folder, file: `${folder}/example.js`, errors: errorsOf(block, index) }
    }),
    remove: () => rmSync(root, { recursive: true, force: true }),
  }
}

interface Mistake {
  readonly index: number
  readonly row: number
  readonly message: string
}

function compile(root: string): readonly Mistake[] {
  const compilerOptions = {
    composite: false,
    declaration: false,
    declarationMap: false,
    sourceMap: false,
    experimentalDecorators: true,
    emitDecoratorMetadata: true,
    // The declarations that are published, not the sources.
    customConditions: [],
  }
  const config = { extends: `${ROOT}tsconfig.base.json`, compilerOptions, include: ['*/*.ts'] }
  writeFileSync(`${root}/tsconfig.json`, JSON.stringify(config))
  const { stdout } = spawnSync(process.execPath, [TSC, '-p', root, '--pretty', 'false'], {
    cwd: root,
    encoding: 'utf8',
  })
  return [...stdout.matchAll(/^example-(\d+)\/example\.ts\((\d+),\d+\): (.*)$/gm)].map(
    ([, index, row, message = '']) => ({ index: Number(index), row: Number(row), message }),
  )
}
