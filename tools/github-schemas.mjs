// Writes packages/simulator/test/schemas/*.json: what GitHub's OpenAPI descriptions say about the answers and webhooks
// that the simulator gives. Downloads the two packages (400 MB unpacked) into a temporary folder, or takes the folder
// of an earlier `npm install --prefix` as its argument.
import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const REST = { name: '@octokit/openapi', version: '23.0.2' }
const WEBHOOKS = { name: '@octokit/openapi-webhooks', version: '12.1.0' }
const target = new URL('../packages/simulator/test/schemas/', import.meta.url)

const OPERATIONS = `
GET /
GET /app
GET /app/hook/config
PATCH /app/hook/config
GET /app/hook/deliveries
GET /app/hook/deliveries/{delivery_id}
POST /app/hook/deliveries/{delivery_id}/attempts
GET /app/installation-requests
GET /app/installations
GET /app/installations/{installation_id}
DELETE /app/installations/{installation_id}
POST /app/installations/{installation_id}/access_tokens
PUT /app/installations/{installation_id}/suspended
DELETE /app/installations/{installation_id}/suspended
POST /app-manifests/{code}/conversions
POST /applications/{client_id}/token
PATCH /applications/{client_id}/token
DELETE /applications/{client_id}/token
DELETE /applications/{client_id}/grant
POST /applications/{client_id}/token/scoped
GET /apps/{app_slug}
POST /credentials/revoke
GET /installation/repositories
DELETE /installation/token
GET /meta
GET /orgs/{org}
GET /orgs/{org}/installation
GET /orgs/{org}/installations
GET /orgs/{org}/repos
GET /rate_limit
GET /repos/{owner}/{repo}
GET /repos/{owner}/{repo}/contents/{path}
GET /repos/{owner}/{repo}/installation
GET /repos/{owner}/{repo}/issues
POST /repos/{owner}/{repo}/issues
GET /repos/{owner}/{repo}/issues/{issue_number}
PATCH /repos/{owner}/{repo}/issues/{issue_number}
GET /repos/{owner}/{repo}/issues/{issue_number}/comments
POST /repos/{owner}/{repo}/issues/{issue_number}/comments
GET /user
GET /user/emails
GET /user/installations
GET /user/installations/{installation_id}/repositories
PUT /user/installations/{installation_id}/repositories/{repository_id}
DELETE /user/installations/{installation_id}/repositories/{repository_id}
GET /user/orgs
GET /user/repos
GET /users/{username}
GET /users/{username}/installation
GET /versions
`

// Only GitHub Enterprise Cloud describes these. Their components are taken from github.com's description.
const ENTERPRISE_OPERATIONS = 'GET /enterprises/{enterprise}/installation'

// Errors that operations give without declaring them.
const ERROR_SCHEMAS = ['basic-error', 'validation-error', 'validation-error-simple']

const EVENTS = `
github_app_authorization.revoked
installation.created installation.deleted installation.new_permissions_accepted installation.suspend installation.unsuspend
installation_repositories.added installation_repositories.removed installation_target.renamed
issue_comment.created issues.opened issues.closed issues.edited issues.reopened
ping push repository.created repository.renamed repository.transferred
`

/** Where the REST description contradicts itself or what GitHub is known to send. Each throws once it no longer applies. */
const CORRECTIONS = [
  {
    name: 'GET /app/installations: the entries',
    reason:
      'The inlined entry wants an account that is a simple-user and an enterprise at once, which its own example is not. ' +
      'Its link shows that it is that of Enterprise Server 3.9: it also lacks client_id, user_view_type and 22 ' +
      'permissions. The `installation` component is what all other operations answer; it requires the same members.',
    apply({ rest }) {
      const list = rest.paths['/app/installations'].get.responses['200'].content['application/json'].schema
      if (list.items.properties?.account.allOf === undefined) throw new Error('no longer contradictory')
      list.items = { $ref: '#/components/schemas/installation' }
    },
  },
  {
    name: 'validation-error: status',
    reason:
      'Every error of GitHub carries its status as text, those with 422 too, as clients quote them; only ' +
      '`basic-error` says so.',
    apply({ rest: { components } }) {
      for (const name of ['validation-error', 'validation-error-simple']) {
        const { properties } = components.schemas[name]
        if (properties.status !== undefined) throw new Error('no longer missing')
        properties.status = components.schemas['basic-error'].properties.status
      }
    },
  },
]

const KEYWORDS = new Set(
  (
    '$ref type enum const format pattern required properties additionalProperties items allOf anyOf oneOf not ' +
    'minimum maximum minLength maxLength minItems maxItems uniqueItems'
  ).split(' '),
)
const ANNOTATIONS = new Set(
  (
    'nullable title description example examples default deprecated discriminator readOnly writeOnly ' +
    'externalDocs x-github-breaking-changes x-multi-segment'
  ).split(' '),
)

/** A schema of OpenAPI 3.0 or 3.1 as JSON Schema with nothing but what decides whether a value is valid. */
function jsonSchema(schema) {
  if (typeof schema === 'boolean') return schema
  if (schema.$ref !== undefined) return { $ref: schema.$ref.replace('#/components/schemas/', '#/schemas/') }
  const result = {}
  for (const [keyword, value] of Object.entries(schema)) {
    if (KEYWORDS.has(keyword)) result[keyword] = converted(keyword, value)
    else if (!ANNOTATIONS.has(keyword)) throw new Error(`unknown keyword ${keyword}`)
  }
  return schema.nullable === true ? orNull(result) : result
}

function converted(keyword, value) {
  switch (keyword) {
    case 'properties':
      return Object.fromEntries(Object.entries(value).map(([name, schema]) => [name, jsonSchema(schema)]))
    case 'allOf':
    case 'anyOf':
    case 'oneOf':
      return value.map(jsonSchema)
    case 'items':
    case 'additionalProperties':
    case 'not':
      return jsonSchema(value)
    default:
      return value
  }
}

function orNull(schema) {
  const { type, enum: values } = schema
  const isComposed = ['anyOf', 'oneOf', 'allOf'].some((keyword) => keyword in schema)
  if (type === undefined || isComposed) return { anyOf: [schema, { type: 'null' }] }
  const allowed = values === undefined || values.includes(null) ? {} : { enum: [...values, null] }
  return { ...schema, type: [...new Set([type, 'null'].flat())], ...allowed }
}

/** The JSON schema of the body of each status; null where there is none. */
function responsesOf(document, operation) {
  const [method, path] = operation.split(' ')
  const described = document.paths[path]?.[method.toLowerCase()]
  if (described === undefined) throw new Error(`${operation} is not described`)
  return Object.fromEntries(
    Object.entries(described.responses).map(([status, answer]) => {
      const { content = {} } = answer.$ref === undefined ? answer : at(document, answer.$ref)
      const { schema } = content['application/json'] ?? Object.values(content)[0] ?? {}
      return [status, schema === undefined ? null : jsonSchema(schema)]
    }),
  )
}

function at(document, reference) {
  return reference
    .split('/')
    .slice(1)
    .reduce((value, name) => value[name], document)
}

/** The components that the roots reach, and those that they reach. */
function reached(document, roots) {
  const schemas = new Map()
  const waiting = [...roots]
  while (waiting.length > 0) {
    for (const [, name] of JSON.stringify(waiting.pop()).matchAll(/"\$ref":"#\/schemas\/([^"]+)"/g)) {
      if (schemas.has(name)) continue
      const schema = jsonSchema(document.components.schemas[name])
      schemas.set(name, schema)
      waiting.push(schema)
    }
  }
  return Object.fromEntries([...schemas].sort(([a], [b]) => (a < b ? -1 : 1)))
}

function restSchemas({ rest, enterprise }) {
  const operations = Object.fromEntries([
    ...words(OPERATIONS, '\n').map((operation) => [operation, responsesOf(rest, operation)]),
    ...words(ENTERPRISE_OPERATIONS, '\n').map((operation) => [operation, responsesOf(enterprise, operation)]),
  ])
  const errors = ERROR_SCHEMAS.map((name) => ({ $ref: `#/schemas/${name}` }))
  return { operations, schemas: reached(rest, [operations, errors]) }
}

function webhookSchemas({ webhooks }) {
  const events = Object.fromEntries(
    words(EVENTS).map((name) => {
      const { content } = webhooks.webhooks[name.replaceAll(/[._]/g, '-')].post.requestBody
      return [name, jsonSchema(content['application/json'].schema)]
    }),
  )
  return { events, schemas: reached(webhooks, [events]) }
}

function words(text, separator = /\s+/) {
  return text.split(separator).filter((word) => word !== '')
}

/** One line an entry: small, and still a diff that can be read. */
function write(file, { source, ...parts }) {
  const sections = Object.entries(parts).map(
    ([name, entries]) =>
      `"${name}": {\n${Object.entries(entries)
        .map(([key, value]) => `${JSON.stringify(key)}: ${JSON.stringify(value)}`)
        .join(',\n')}\n}`,
  )
  const text = `{\n"source": ${JSON.stringify(source)},\n${sections.join(',\n')}\n}\n`
  JSON.parse(text)
  mkdirSync(target, { recursive: true })
  writeFileSync(new URL(file, target), text)
  console.log(`${file}: ${Math.round(text.length / 1024)} KB`)
}

function download() {
  const folder = mkdtempSync(join(tmpdir(), 'github-schemas-'))
  const packages = [REST, WEBHOOKS].map(({ name, version }) => `${name}@${version}`)
  execFileSync('npm', [
    'install',
    '--prefix',
    folder,
    '--no-audit',
    '--no-fund',
    '--ignore-scripts',
    ...packages,
  ])
  return folder
}

function read(folder, { name, version }, file) {
  const root = join(folder, 'node_modules', name)
  const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
  if (manifest.version !== version) throw new Error(`${name} is ${manifest.version}, not ${version}`)
  return JSON.parse(readFileSync(join(root, 'generated', file), 'utf8'))
}

function sourceOf(folder, { name, version }) {
  const license = readFileSync(join(folder, 'node_modules', name, 'LICENSE'), 'utf8')
  return {
    package: name,
    version,
    license: `MIT, ${/Copyright .*/.exec(license)[0]}`,
    madeBy: 'node tools/github-schemas.mjs',
  }
}

function writeSchemas(folder) {
  const documents = {
    rest: read(folder, REST, 'api.github.com.json'),
    enterprise: read(folder, REST, 'ghec.json'),
    webhooks: read(folder, WEBHOOKS, 'api.github.com.json'),
  }
  for (const { apply } of CORRECTIONS) apply(documents)
  const corrections = Object.fromEntries(CORRECTIONS.map(({ name, reason }) => [name, reason]))
  write('github-api.json', {
    source: { ...sourceOf(folder, REST), corrections },
    ...restSchemas(documents),
  })
  write('github-webhooks.json', { source: sourceOf(folder, WEBHOOKS), ...webhookSchemas(documents) })
}

const given = process.argv[2]
const folder = given ?? download()
try {
  writeSchemas(folder)
} finally {
  if (given === undefined) rmSync(folder, { recursive: true })
}
