import { GraphQLError, print } from 'graphql'
import { warn } from '../warn.ts'
import { GraphQLRefusal } from './graphql-errors.ts'

type Entry = Readonly<Record<string, unknown>>

interface Wording {
  readonly pattern: RegExp
  /** GitHub's message and `extensions`, made of the groups of the pattern. */
  write(groups: readonly string[]): { readonly message: string; readonly extensions: Entry }
}

// GitHub validates with graphql-ruby, whose words for the commonest mistakes are quoted in many issues.
const WORDINGS: readonly Wording[] = [
  {
    pattern: /^Cannot query field "(\w+)" on type "(\w+)"\./,
    write: ([fieldName = '', typeName = '']) => ({
      message: `Field '${fieldName}' doesn't exist on type '${typeName}'`,
      extensions: { code: 'undefinedField', typeName, fieldName },
    }),
  },
  {
    pattern: /^Unknown argument "(\w+)" on field "\w+\.(\w+)"\./,
    write: ([argumentName = '', name = '']) => ({
      message: `Field '${name}' doesn't accept argument '${argumentName}'`,
      extensions: { code: 'argumentNotAccepted', name, typeName: 'Field', argumentName },
    }),
  },
  {
    pattern:
      /^(?:Field|Argument) "(\w+)" argument "(\w+)" of type "[^"]+" is required, but it was not provided\.$/,
    write: ([name = '', missing = '']) => ({
      message: `Field '${name}' is missing required arguments: ${missing}`,
      extensions: { code: 'missingRequiredArguments', className: 'Field', name, arguments: missing },
    }),
  },
  {
    pattern: /^Field "(\w+)" of type "([^"]+)" must have a selection of subfields/,
    write: ([name = '', typeName = '']) => ({
      message: `Field must have selections (field '${name}' returns ${typeName.replace(/[[\]!]/g, '')} but has no selections. Did you mean '${name} { ... }'?)`,
      extensions: { code: 'selectionMismatch', nodeName: `field '${name}'`, typeName },
    }),
  },
]

/** One entry of `errors`, as GitHub writes it: `type` first, then where, then what. */
export function formatError(error: unknown): Entry {
  if (error instanceof GraphQLRefusal) return entry(error)
  if (!(error instanceof GraphQLError)) return defect(error)
  const { originalError, path, locations } = error
  const place = { ...(path === undefined ? {} : { path }), ...(locations === undefined ? {} : { locations }) }
  if (originalError instanceof GraphQLRefusal) return entry(originalError, place)
  if (path !== undefined && originalError !== undefined && !(originalError instanceof GraphQLError))
    return { ...defect(originalError), ...place }
  // Of a valid query that takes too long to validate.
  if (error.message === 'Validation aborted.') return entry(new GraphQLRefusal('RESOURCE_LIMITS'))
  return { ...place, ...wording(error) }
}

function entry({ type, message }: GraphQLRefusal, place: Entry = {}): Entry {
  return { ...(type === undefined ? {} : { type }), ...place, message }
}

function defect(error: unknown): Entry {
  warn(error)
  return entry(new GraphQLRefusal('SERVER_ERROR'))
}

function wording(error: GraphQLError): Entry {
  const { message, nodes } = error
  const variable = nodes?.[0]
  if (variable?.kind === 'VariableDefinition' && /^Variable "\$\w+" (?:of|got) /.test(message)) {
    const { name } = variable.variable
    return { message: `Variable $${name.value} of type ${print(variable.type)} was provided invalid value` }
  }
  for (const { pattern, write } of WORDINGS) {
    const groups = pattern.exec(message)
    if (groups !== null) return write(groups.slice(1))
  }
  return { message }
}
