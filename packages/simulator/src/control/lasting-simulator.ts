import type { Simulator } from '../simulator.ts'

/** The current simulator under one name: whoever holds it, or one of its methods, keeps it over a reset. */
export function lastingSimulator(current: () => Simulator): Simulator {
  const members = Object.getOwnPropertyDescriptors(current())
  const lasting = {}
  for (const name of Reflect.ownKeys(members)) {
    const call = (...args: readonly unknown[]): unknown =>
      Reflect.apply(Reflect.get(current(), name), undefined, args)
    const isMethod = typeof Reflect.get(members, name).value === 'function'
    Object.defineProperty(lasting, name, {
      enumerable: true,
      ...(isMethod ? { value: call } : { get: () => Reflect.get(current(), name) }),
    })
  }
  // Whoever logs a simulator as JSON does not mean the keys of its apps.
  Object.defineProperty(lasting, 'toJSON', { value: () => ({ url: current().url }) })
  // Every member of a simulator is there, and leads to its own.
  return lasting as Simulator
}
