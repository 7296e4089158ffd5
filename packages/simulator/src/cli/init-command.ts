import { writeFileSync } from 'node:fs'
import { SEED_TEMPLATE } from './seed-template.ts'

/**
 * Writes a seed file to begin with, and returns what to do next.
 *
 * @throws {TypeError} when the file exists and `force` is not given, or cannot be written.
 */
export function initCommand({ file, force }: { readonly file: string; readonly force: boolean }): string {
  try {
    writeFileSync(file, SEED_TEMPLATE, { flag: force ? 'w' : 'wx' })
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined
    if (code === 'EEXIST')
      throw new TypeError(`${file} exists already: name another file, or overwrite it with --force`)
    throw new TypeError(`${file} cannot be written (${String(code)})`)
  }
  return [
    `Wrote ${file}. Next:`,
    '',
    `  hubauth-simulator check ${file}         after you changed it`,
    `  hubauth-simulator --seed ${file}        to start`,
    '',
  ].join('\n')
}
