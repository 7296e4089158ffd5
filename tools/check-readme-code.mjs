// Type-checks every TypeScript example in the READMEs and docs, against what the packages really export.
import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

// Inside an app that depends on every package, so that the examples' imports resolve as a user's would.
const folder = 'apps/readme/.readme/types'
const pages = [
  'README.md',
  'CONTRIBUTING.md',
  ...readdirSync('docs', { recursive: true })
    .filter((name) => name.endsWith('.md'))
    .map((name) => join('docs', name)),
  ...['packages', 'apps'].flatMap((parent) =>
    readdirSync(parent).map((name) => join(parent, name, 'README.md')),
  ),
].filter((page) => existsSync(page))

rmSync(folder, { recursive: true, force: true })
mkdirSync(folder, { recursive: true })
const origins = new Map()
for (const page of pages) {
  const text = readFileSync(page, 'utf8')
  for (const match of text.matchAll(/^```ts\n([\s\S]*?)^```/gm)) {
    const file = `example-${origins.size + 1}.ts`
    origins.set(file, `${page}:${text.slice(0, match.index).split('\n').length + 1}`)
    writeFileSync(join(folder, file), `${match[1]}\nexport {}\n`)
  }
}
const options = {
  noEmit: true,
  composite: false,
  noUnusedLocals: false,
  // For the examples of NestJS.
  experimentalDecorators: true,
  emitDecoratorMetadata: true,
}
writeFileSync(
  join(folder, 'tsconfig.json'),
  JSON.stringify({ extends: '../../../../tsconfig.base.json', compilerOptions: options, include: ['*.ts'] }),
)
const { status, stdout } = spawnSync('node_modules/.bin/tsc', ['-p', folder, '--pretty', 'false'], {
  encoding: 'utf8',
})
rmSync(folder, { recursive: true, force: true })
if (status === 0) console.log(`${origins.size} examples in ${pages.length} pages compile`)
else {
  console.error(stdout.replaceAll(/\S*(example-\d+\.ts)/g, (_, file) => `${origins.get(file)} ${file}`))
  process.exitCode = 1
}
