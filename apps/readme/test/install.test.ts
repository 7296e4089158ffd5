import { isBuiltin } from 'node:module'
import { describe, expect, test } from 'vitest'
import { readmePages } from './support/readme-blocks.ts'

/** The names of the packages that code imports. */
function packagesOf(code: string): readonly string[] {
  const imports = [...code.matchAll(/^(?:import|export) (?:[^'";]* from )?'([^'.][^']*)'/gm)]
  return imports
    .map(([, specifier = '']) => /^(@[^/]+\/)?[^/]+/.exec(specifier)?.[0] ?? specifier)
    .filter((name) => !isBuiltin(name))
}

/** The names of the packages that `npm install` lines install, with those that a comment names in their place: `# or …`. */
function installedBy(code: string): readonly string[] {
  return [...code.matchAll(/^npm install (.*)$/gm)].flatMap(([, names = '']) =>
    names
      .replace(/#(?! or ).*/, '')
      .split(/[\s,]+/)
      .filter((name) => /^[@\w]/.test(name)),
  )
}

const pages = readmePages()
  .map(({ page, blocks }) => {
    const codeIn = (...languages: readonly string[]) =>
      blocks
        .filter(({ language }) => languages.includes(language))
        .map(({ code }) => code)
        .join('\n')
    return { page, imported: packagesOf(codeIn('ts', 'js')), installed: installedBy(codeIn('sh')) }
  })
  // The README of the repository leads to those of the packages, which tell what to install.
  .filter(({ page, imported }) => page !== 'README.md' && imported.length > 0)

describe('what a README tells people to install is all that its examples import', () => {
  test.for(pages.map((page) => [page.page, page] as const))('%s', ([, { imported, installed }]) => {
    expect(installed).toEqual(expect.arrayContaining([...new Set(imported)]))
  })
})
