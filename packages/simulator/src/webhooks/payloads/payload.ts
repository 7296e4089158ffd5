/** What a webhook says, as JSON values. */
export type Payload = Readonly<Record<string, unknown>>
