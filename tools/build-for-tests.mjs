// What users run is tested as built: READMEs' examples, the simulator's command, the processes of a fleet. Vitest runs this
// before all tests, so that no two test files build at the same time.
import { execFileSync } from 'node:child_process'
import { existsSync, readdirSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('..', import.meta.url))
const typescript = dirname(createRequire(import.meta.url).resolve('typescript/package.json'))

/** @param project The project whose tests come next: the simulator's run nothing but itself. */
export default function build(project) {
  const names = project.name === 'simulator' ? ['simulator'] : readdirSync(`${root}packages`)
  const folders = names.map((name) => `packages/${name}`)
  if (project.name === 'fleet') folders.push('apps/fleet')
  const configs = folders.map((folder) => `${root}${folder}/tsconfig.build.json`).filter(existsSync)
  execFileSync(process.execPath, [`${typescript}/bin/tsc`, '-b', ...configs], { stdio: 'inherit' })
  if (!names.includes('core')) return
  const core = `${root}packages/core`
  execFileSync(`${core}/node_modules/.bin/rolldown`, ['--config', 'rolldown.config.js'], {
    cwd: core,
    stdio: 'pipe',
  })
}
