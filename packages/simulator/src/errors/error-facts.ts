/**
 * Where the text of an error comes from, strongest first: `D` GitHub's documentation, `I` quoted in a public issue,
 * `C` the source of a client that matches on it, `F` third-party code or fakes, `M` memory. `F` and `M` are weak: do not
 * write a client that depends on them.
 */
export type EvidenceClass = 'D' | 'I' | 'C' | 'F' | 'M'

/** What is known of one error. */
export interface ErrorFacts {
  readonly status: number
  readonly message: string
  readonly evidence: EvidenceClass
  /** Overrides the documentation page of the endpoint. */
  readonly docs?: string
  /** Answered as this media type, with the bare message as the body. Default JSON. */
  readonly contentType?: string
}
