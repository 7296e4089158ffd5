import { HubauthError } from '@hubauth/core'
import { describe, expect, it } from 'vitest'
import { hubauthError } from '../src/index.ts'

describe('hubauthError', () => {
  it('gives the error that a promise rejects with', async () => {
    const error = new HubauthError('CONFIG_INVALID', 'No.')
    expect(await hubauthError(Promise.reject(error))).toBe(error)
  })

  it('fails for a promise that is kept', async () => {
    await expect(hubauthError(Promise.resolve('kept'))).rejects.toThrow('expected a rejection')
  })

  it('fails for any other error, and has it as its cause', async () => {
    const cause = new TypeError('Another one.')
    const failing = hubauthError(Promise.reject(cause))
    await expect(failing).rejects.toMatchObject({ message: 'expected an error of Hubauth', cause })
  })
})
