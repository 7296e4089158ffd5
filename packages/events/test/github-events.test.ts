import { fileURLToPath } from 'node:url'
import { createWebhookReceiver } from '@hubauth/core'
import ts from 'typescript-5'
import { describe, expect, it } from 'vitest'

/** The names in `GitHubEvents`, as the compiler sees them. */
function namesOfEvents(): readonly string[] {
  const file = fileURLToPath(new URL('../src/github-events.ts', import.meta.url))
  const program = ts.createProgram([file], {
    module: ts.ModuleKind.NodeNext,
    strict: true,
    noEmit: true,
    types: [],
  })
  const checker = program.getTypeChecker()
  const source = program.getSourceFile(file)
  const declaration = source?.statements.find(ts.isInterfaceDeclaration)
  if (declaration === undefined) throw new Error('github-events.ts declares no interface')
  return checker
    .getTypeAtLocation(declaration)
    .getProperties()
    .map((property) => property.name)
}

describe("The names of GitHub's events", () => {
  const names = namesOfEvents()

  it('are the events, and the events with their actions', () => {
    expect(names).toEqual(
      expect.arrayContaining(['push', 'issues', 'issues.opened', 'check_run.requested_action']),
    )
    const events = names.filter((name) => !name.includes('.'))
    expect(names.filter((name) => !events.includes(name.split('.', 1).join()))).toEqual([])
    expect(names.filter((name) => !/^[a-z]+(_[a-z0-9]+)*(\.[a-z]+(_[a-z]+)*)?$/.test(name))).toEqual([])
    expect(names.length).toBeGreaterThan(300)
  })

  it('are names that a receiver takes', () => {
    const receiver = createWebhookReceiver({ secrets: 'secret' })
    const refused = names.filter((name) => {
      try {
        receiver.on(name, () => undefined)
        return false
      } catch {
        return true
      }
    })
    expect(refused).toEqual([])
  })
})
