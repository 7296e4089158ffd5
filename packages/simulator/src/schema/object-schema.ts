import { mistake, placeOf, suggestion } from './mistake.ts'
import { type JsonSchema, objectOf, type Schema } from './schema.ts'

/** One member of an object. */
export interface Field<Value, Required extends boolean = boolean> {
  readonly schema: Schema<Value>
  readonly required: Required
  /** One sentence, for whoever lists the members. */
  readonly docs: string | undefined
}

/** A field for every member of a type: what the type has and the schema has not does not compile. */
export type FieldsOf<Value> = {
  readonly [Name in keyof Value]-?: Field<
    Exclude<Value[Name], undefined>,
    Record<never, never> extends Pick<Value, Name> ? false : true
  >
}

/** An object with these members and no others. */
export interface ObjectSchema<Value> extends Schema<Value> {
  readonly fields: FieldsOf<Value>
}

/** A member that has to be there. */
export function required<Value>(schema: Schema<Value>, docs?: string): Field<Value, true> {
  return { schema, required: true, docs }
}

/** A member that may be left out, or be undefined. */
export function optional<Value>(schema: Schema<Value>, docs?: string): Field<Value, false> {
  return { schema, required: false, docs }
}

/** An object with declared members. Members that are undefined are absent; a member that is not declared is a mistake. */
export function object<Value>(fields: FieldsOf<Value>): ObjectSchema<Value> {
  const declared = new Map<string, Field<unknown>>(Object.entries(fields))
  const needed = [...declared].filter(([, field]) => field.required).map(([name]) => name)
  return {
    fields,
    json: jsonOf(declared, needed),
    check(value, at) {
      const checked: Record<string, unknown> = {}
      const given = new Map<string, unknown>(Object.entries(objectOf(value, at)))
      for (const [name, member] of given) {
        const place = placeOf(at, name)
        const field = declared.get(name)
        if (field === undefined)
          throw new TypeError(`${place}: no such option${suggestion(name, [...declared.keys()])}`)
        if (member !== undefined) checked[name] = field.schema.check(member, place)
      }
      for (const name of needed)
        if (checked[name] === undefined) throw mistake(placeOf(at, name), 'is missing')
      // Every member was checked by the schema that `FieldsOf` ties to its type.
      return checked as Value
    },
  }
}

function jsonOf(declared: ReadonlyMap<string, Field<unknown>>, needed: readonly string[]): JsonSchema {
  const properties = [...declared].map(([name, { schema, docs }]) => [
    name,
    docs === undefined ? schema.json : { description: docs, ...schema.json },
  ])
  return {
    type: 'object',
    properties: Object.fromEntries(properties),
    ...(needed.length === 0 ? {} : { required: needed }),
    additionalProperties: false,
  }
}
