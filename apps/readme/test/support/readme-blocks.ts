import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

/** The root of the repository. */
export const ROOT = fileURLToPath(new URL('../../../../', import.meta.url))

/** A code block of a page. */
export interface ReadmeBlock {
  /** Path of the page, from the root of the repository. */
  readonly page: string
  readonly heading: string
  /** The heading, the language unless it is `ts`, and a number when there is more than one block of the language. */
  readonly name: string
  /** The language after the fence: `ts`, `diff`, `sh`, `json`. */
  readonly language: string
  readonly code: string
  /** Line of the page on which the code begins. */
  readonly line: number
}

/** A page that people read before they paste. */
export interface ReadmePage {
  readonly page: string
  readonly blocks: readonly ReadmeBlock[]
}

/** The README of the repository, those of its packages and apps, and the pages of the docs with programs. */
export function readmePages(): readonly ReadmePage[] {
  const members = ['packages', 'apps'].flatMap((folder) =>
    readdirSync(ROOT + folder).map((name) => `${folder}/${name}/README.md`),
  )
  return ['README.md', 'docs/keys.md', 'docs/observability.md', ...members]
    .filter((page) => existsSync(ROOT + page))
    .map((page) => ({ page, blocks: blocksOf(page, readFileSync(ROOT + page, 'utf8')) }))
}

/** A heading, or a code block with all that is in it, comments of a shell that look like headings included. */
const HEADING_OR_BLOCK = /^#+ (.*)$|^```(\w*)\n([\s\S]*?)^```$/gm

function blocksOf(page: string, text: string): readonly ReadmeBlock[] {
  const blocks: ReadmeBlock[] = []
  let heading = page
  for (const { index, 1: title, 2: language = '', 3: code = '' } of text.matchAll(HEADING_OR_BLOCK)) {
    if (title !== undefined) {
      heading = title
      continue
    }
    const name = language === 'ts' ? heading : `${heading}: ${language}`
    const count = blocks.filter((block) => block.heading === heading && block.language === language).length
    blocks.push({
      page,
      heading,
      name: count === 0 ? name : `${name} (${count + 1})`,
      language,
      code,
      line: text.slice(0, index).split('\n').length + 1,
    })
  }
  return blocks
}
