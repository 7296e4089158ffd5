/** A refusal of an AWS service, and how it looks on the wire (https://smithy.io/2.0/aws/protocols/aws-json-1_1-protocol.html). */
export class AwsError extends Error {
  readonly type: string
  readonly status: number

  constructor(type: string, message: string, status: number = 400) {
    super(message)
    this.type = type
    this.status = status
  }
}
