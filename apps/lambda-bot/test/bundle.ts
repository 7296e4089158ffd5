import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'rolldown'

/** Bundles a file into one that needs nothing else, as functions are deployed, from the sources of the packages. */
export async function bundle(source: string, folder: string): Promise<string> {
  const file = join(folder, `${source.replaceAll(/\W/g, '-')}.mjs`)
  await build({
    input: fileURLToPath(new URL(source, import.meta.url)),
    platform: 'node',
    resolve: { conditionNames: ['@hubauth/source', 'node', 'import'] },
    output: { file },
  })
  return file
}
