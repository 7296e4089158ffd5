import { checkedPermissions, PERMISSION_NAMES } from '../state/permissions.ts'
import { closest, placeOf, shown } from './mistake.ts'
import { objectOf, record, type Schema, text } from './schema.ts'

/** Permissions by GitHub's names, with levels that exist for them. */
export function permissions(): Schema<Readonly<Record<string, string>>> {
  const strings = record(text())
  return {
    json: {
      type: 'object',
      propertyNames: { enum: PERMISSION_NAMES },
      additionalProperties: { enum: ['read', 'write', 'admin'] },
    },
    check(value, at) {
      for (const name of Object.keys(objectOf(value, at))) {
        if (PERMISSION_NAMES.includes(name)) continue
        const hint =
          closest(name, PERMISSION_NAMES) ??
          "; use GitHub's API names, such as issues, contents or pull_requests"
        throw new TypeError(`${placeOf(at, name)}: Unknown permission ${shown(name)}${hint}`)
      }
      const given = strings.check(value, at)
      for (const [name, level] of Object.entries(given)) {
        try {
          checkedPermissions({ [name]: level })
        } catch (error) {
          throw new TypeError(`${placeOf(at, name)}: ${error instanceof Error ? error.message : ''}`)
        }
      }
      return given
    },
  }
}
