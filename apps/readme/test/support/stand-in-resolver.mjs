// A hook of Node's module loader: who imports these packages gets their stand-ins, which import the packages themselves.
const STAND_INS = new Map([
  ['@google-cloud/secret-manager', './stand-in-secret-manager.mjs'],
  ['@google-cloud/kms', './stand-in-kms.mjs'],
])

export function resolve(specifier, context, next) {
  const standIn = STAND_INS.get(specifier)
  const url = standIn && new URL(standIn, import.meta.url).href
  return url === undefined || context.parentURL === url
    ? next(specifier, context)
    : { url, shortCircuit: true }
}
