/** Shows a defect of the simulator to the person in front of it; the client gets a 500. */
export function warn(error: unknown): void {
  process.emitWarning(error instanceof Error ? error : String(error))
}
