import type { Urls } from '../server/urls.ts'
import type { Repository } from '../state/entities.ts'
import { type ContentEntry, type DirectoryEntry, type FileEntry, nameOf } from '../state/file-tree.ts'
import { repositoryFullName, repositoryUrl } from './repository-resource.ts'

type Resource = Readonly<Record<string, unknown>>

/** Larger files come without their content, which GitHub hands out only as `raw` then. */
const MAX_INLINE_BYTES = 1_048_576
const LINE_LENGTH = 60

/** Which version of a repository is shown, and how links are written. */
export interface ContentPlace {
  readonly repository: Repository
  /** As it was asked for, or the default branch. */
  readonly ref: string
  readonly urls: Urls
}

/** GitHub's `content-file`: a file with its content in base64, in lines of 60 characters; or its `content-symlink`. */
export function fileResource(file: FileEntry, place: ContentPlace): Resource {
  const { content } = file
  if (file.type === 'symlink') return { ...entryResource(file, place), target: content?.toString() ?? '' }
  const inline = content !== undefined && content.length <= MAX_INLINE_BYTES
  return {
    ...entryResource(file, place),
    content: inline ? wrapped(content.toString('base64')) : '',
    encoding: inline ? 'base64' : 'none',
  }
}

/** GitHub's `content-directory`: what is in it, without any content. It has always called submodules files. */
export function directoryResource({ entries }: DirectoryEntry, place: ContentPlace): Resource[] {
  return entries.map((entry) => {
    const resource = entryResource(entry, place)
    return entry.type === 'submodule' ? { ...resource, type: 'file' } : resource
  })
}

function entryResource(entry: ContentEntry, { repository, ref, urls }: ContentPlace): Resource {
  const isBlob = entry.type === 'file' || entry.type === 'symlink'
  const path = entry.path.split('/').map(encodeURIComponent).join('/')
  const api = repositoryUrl(repository, urls)
  const web = `${urls.web}/${repositoryFullName(repository)}`
  const url = `${api}/contents/${path}?ref=${encodeURIComponent(ref)}`
  const gitUrl = `${api}/git/${isBlob ? 'blobs' : 'trees'}/${entry.sha}`
  const htmlUrl = `${web}/${isBlob ? 'blob' : 'tree'}/${ref}/${path}`
  return {
    name: nameOf(entry),
    path: entry.path,
    sha: entry.sha,
    size: entry.size,
    url,
    html_url: htmlUrl,
    git_url: gitUrl,
    download_url: isBlob ? `${web}/raw/${ref}/${path}` : null,
    type: entry.type,
    _links: { self: url, git: gitUrl, html: htmlUrl },
  }
}

function wrapped(base64: string): string {
  return base64.replace(new RegExp(`.{1,${LINE_LENGTH}}`, 'g'), '$&\n')
}
