/**
 * What AWS's Node.js runtime does, in a process of its own: loads the function, then asks the Runtime API for one
 * invocation after the other (https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html).
 */
const { AWS_LAMBDA_RUNTIME_API, FUNCTION_FILE = '' } = process.env
const root = `http://${AWS_LAMBDA_RUNTIME_API}/2018-06-01/runtime`

async function tell(path: string, result: unknown): Promise<void> {
  const isError = result instanceof Error
  const body = isError ? { errorType: result.name, errorMessage: result.message } : result
  await fetch(`${root}/${path}/${isError ? 'error' : 'response'}`, {
    method: 'POST',
    body: JSON.stringify(body),
  })
}

async function load(): Promise<(event: unknown, context: unknown) => Promise<unknown>> {
  try {
    return (await import(FUNCTION_FILE)).handler
  } catch (error) {
    await tell('init', error)
    process.exit(1)
  }
}

const handler = await load()
for (;;) {
  const next = await fetch(`${root}/invocation/next`)
  const awsRequestId = next.headers.get('lambda-runtime-aws-request-id')
  const event = await next.json()
  const result = await handler(event, { awsRequestId }).catch((error: unknown) => error)
  await tell(`invocation/${awsRequestId}`, result)
}
