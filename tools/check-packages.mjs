// Packs every package as npm would get it, and checks what a consumer would find.
import { execFileSync } from 'node:child_process'
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { checkConsumers } from './check-consumers.mjs'
import { checkMissingSdks } from './check-missing-sdks.mjs'

const work = mkdtempSync(join(tmpdir(), 'hubauth-packages-'))
const packages = readdirSync('packages')
const problems = []

function run(command, args, options = {}) {
  try {
    return execFileSync(command, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'], ...options })
  } catch (error) {
    problems.push(`${command} ${args.join(' ')}\n${error.stdout}${error.stderr}`)
    return ''
  }
}

function check(name) {
  const folder = resolve('packages', name)
  run('pnpm', ['pack', '--out', join(work, `${name}.tgz`)], { cwd: folder })
  run('publint', ['--strict'], { cwd: folder })
  run('attw', [join(work, `${name}.tgz`), '--profile', 'esm-only', '--no-color'])
  const target = join(work, 'node_modules', '@hubauth', name)
  mkdirSync(target, { recursive: true })
  run('tar', ['-xzf', join(work, `${name}.tgz`), '-C', target, '--strip-components=1'])
  const text = readFileSync(join(target, 'package.json'), 'utf8')
  const manifest = JSON.parse(text)
  if (/"(workspace|catalog):/.test(text))
    problems.push(`${name}: a workspace: or catalog: range was published.`)
  if (JSON.stringify(manifest.exports).includes('@hubauth/source'))
    problems.push(`${name}: the source condition was published in exports.`)
  for (const dependency of Object.keys({ ...manifest.dependencies, ...manifest.peerDependencies }))
    link(name, dependency)
}

/** Dependencies come from the workspace: what is checked here is our own packing. */
function link(name, dependency) {
  if (dependency.startsWith('@hubauth/') || dependency.startsWith('@types/')) return
  const target = join(work, 'node_modules', dependency)
  const from = [join('packages', name, 'node_modules', dependency), join('node_modules', dependency)]
  for (const path of from) {
    try {
      rmSync(target, { force: true })
      mkdirSync(join(target, '..'), { recursive: true })
      symlinkSync(realpathSync(path), target)
      return
    } catch {}
  }
  problems.push(`${name}: its dependency ${dependency} is not installed.`)
}

/** An app that is still CommonJS gets the same modules through require(esm). */
function checkCommonJs() {
  const names = packages.filter((name) => name !== 'testing') // its peer, vitest, refuses to be required
  writeFileSync(
    join(work, 'consumer.cjs'),
    `for (const name of ${JSON.stringify(names)}) {
  const required = require('@hubauth/' + name)
  // That of the events are types only.
  if (name !== 'events' && Object.keys(required).length === 0) throw new Error(name + ' exports nothing')
}
const { HubauthError } = require('@hubauth/core')
import('@hubauth/core').then((imported) => {
  if (imported.HubauthError !== HubauthError) throw new Error('required and imported core are two modules')
  console.log('required ' + ${names.length} + ' packages')
})
`,
  )
  run(process.execPath, ['--no-warnings', 'consumer.cjs'], { cwd: work })
}

for (const name of packages) check(name)
checkCommonJs()
problems.push(...checkConsumers(work), ...checkMissingSdks(work))
rmSync(work, { recursive: true, force: true })
if (problems.length > 0) {
  console.error(problems.join('\n\n'))
  process.exitCode = 1
} else {
  console.log(`${packages.length} packages: publint, attw, manifest, CommonJS and consumers' types are fine`)
}
