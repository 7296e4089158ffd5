/** As much of a JSON schema as it takes to find the members it names. */
export interface Schema {
  readonly $ref?: string
  readonly properties?: Readonly<Record<string, Schema>>
  readonly additionalProperties?: Schema | boolean
  readonly items?: Schema
  readonly allOf?: readonly Schema[]
  readonly anyOf?: readonly Schema[]
  readonly oneOf?: readonly Schema[]
  readonly enum?: readonly unknown[]
}

interface Place {
  /** What `$ref` points into: `#/schemas/…`. */
  readonly document: object
  readonly schema: Schema
}

/**
 * The members of a value that its schema does not name, a line each. Schemas of GitHub's OpenAPI description are open, so
 * that a validator lets a misspelt optional member pass.
 */
export function undeclaredMembers({ document, schema }: Place, value: unknown, path = ''): string[] {
  if (typeof value !== 'object' || value === null) return []
  const alternatives = flatten({ document, schema })
  if (Array.isArray(value)) {
    const items = alternatives.flatMap((alternative) => alternative.items ?? [])
    return value.flatMap((item, index) =>
      undeclaredMembers({ document, schema: { anyOf: items } }, item, `${path}/${index}`),
    )
  }
  if (alternatives.some(isOpen) || alternatives.every(({ properties }) => properties === undefined)) return []
  return Object.entries(value).flatMap(([name, member]) => {
    const known = alternatives.flatMap(({ properties = {} }) =>
      Object.hasOwn(properties, name) ? (properties[name] ?? []) : [],
    )
    if (known.length === 0) return [`${path}/${name} is not in the schema`]
    return undeclaredMembers({ document, schema: { anyOf: known } }, member, `${path}/${name}`)
  })
}

/** The schema and everything that it is composed of, references followed. */
function flatten({ document, schema }: Place): Schema[] {
  if (schema.$ref !== undefined) return flatten({ document, schema: at(document, schema.$ref) })
  const parts = [schema.allOf, schema.anyOf, schema.oneOf].flatMap((composed) => composed ?? [])
  return [schema, ...parts.flatMap((part) => flatten({ document, schema: part }))]
}

// `true` beside named members is said of schemas that may grow, such as `integration`; it declares none.
function isOpen({ additionalProperties }: Schema): boolean {
  return typeof additionalProperties === 'object'
}

function at(document: object, reference: string): Schema {
  const names = reference.split('/').slice(1).map(decodeURIComponent)
  return names.reduce<object>(
    (value, name) => Object.getOwnPropertyDescriptor(value, name.replaceAll('~1', '/'))?.value,
    document,
  )
}
