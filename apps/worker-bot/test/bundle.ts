import { fileURLToPath } from 'node:url'
import { build } from 'rolldown'

/** Bundles a Worker into one file, as it is deployed, from the sources of the packages. Returns its code. */
export async function bundle(source: string): Promise<string> {
  const { output } = await build({
    input: fileURLToPath(new URL(source, import.meta.url)),
    platform: 'neutral',
    resolve: { conditionNames: ['@hubauth/source', 'workerd', 'worker', 'browser', 'import'] },
    write: false,
  })
  return output[0].code
}
