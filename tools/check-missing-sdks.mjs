// Imports every key package where nothing but itself and core is installed, as after an `npm install` of its own.
import { spawnSync } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const PROGRAM =
  'import(process.argv[1]).catch((error) => { console.log(error.message); process.exitCode = 1 })'

/**
 * Checks the key packages that are unpacked in `node_modules` of the folder: each adds only itself, and one that needs an SDK
 * says so in one sentence.
 *
 * @returns What is wrong.
 */
export function checkMissingSdks(work) {
  const unpacked = join(work, 'node_modules/@hubauth')
  // Not below the folder: everything is installed there.
  const alone = mkdtempSync(join(tmpdir(), 'hubauth-alone-'))
  const names = readdirSync(unpacked).filter((name) => name.startsWith('key-'))
  const problems = names.flatMap((name) => problemsOf(`@hubauth/${name}`, { alone, unpacked, name }))
  rmSync(alone, { recursive: true })
  return problems
}

function problemsOf(specifier, { alone, unpacked, name }) {
  const scope = join(alone, name, 'node_modules/@hubauth')
  mkdirSync(scope, { recursive: true })
  for (const part of ['core', name]) cpSync(join(unpacked, part), join(scope, part), { recursive: true })
  const manifest = JSON.parse(readFileSync(join(unpacked, name, 'package.json'), 'utf8'))
  const { dependencies = {}, peerDependencies = {}, peerDependenciesMeta = {} } = manifest
  const sdks = Object.keys(peerDependencies)
  const { status, stdout } = spawnSync(
    process.execPath,
    ['--input-type=module', '--eval', PROGRAM, specifier],
    {
      cwd: join(alone, name),
      encoding: 'utf8',
    },
  )
  const expected =
    sdks.length === 0 ? status === 0 : status === 1 && sdks.every((sdk) => stdout.includes(sdk))
  const isSentence = stdout.split('\n').filter((line) => line !== '').length === Math.sign(sdks.length)
  return [
    ...(Object.keys(dependencies).join() === '@hubauth/core'
      ? []
      : [`${name} brings more than itself and core.`]),
    ...sdks
      .filter((sdk) => !peerDependenciesMeta[sdk]?.optional)
      .map((sdk) => `${name}: ${sdk} is not optional.`),
    ...(expected && isSentence ? [] : [`${name} without its SDKs: ended with ${status} and said ${stdout}`]),
  ]
}
