import { readSeed } from '../seed-file/read-seed.ts'
import { startSimulator } from '../start-simulator.ts'

/**
 * Starts what a seed file describes, on a free port and only for a moment, and returns what there is.
 *
 * @throws {TypeError} with the file, the place and what is wrong.
 */
export async function checkCommand(file: string): Promise<string> {
  const { host: _host, port: _port, ...options } = await readSeed(file)
  try {
    const github = await startSimulator(options)
    const { apps, installations } = github
    await github.close()
    const accounts = options.accounts?.length ?? 0
    return `${file} is right: ${counted(apps.length, 'app')}, ${counted(accounts, 'account')}, ${counted(installations.length, 'installation')}.\n`
  } catch (error) {
    if (error instanceof TypeError) throw new TypeError(`${file}: ${error.message}`)
    throw error
  }
}

function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`
}
