import { afterAll, afterEach, beforeAll, expect } from 'vitest'

/** In a test file: fails every test during which the process warned about something, as it does about a defect. */
export function failOnWarnings(): void {
  const warnings: Error[] = []
  const note = (warning: Error): void => {
    warnings.push(warning)
  }
  beforeAll(() => {
    process.on('warning', note)
  })
  afterEach(async () => {
    // Warnings are told one tick late.
    await new Promise(setImmediate)
    expect(warnings.splice(0)).toEqual([])
  })
  afterAll(() => {
    process.off('warning', note)
  })
}
