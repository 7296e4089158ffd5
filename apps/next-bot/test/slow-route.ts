import { createFetchHandler, createWebhookReceiver } from '@hubauth/core'
import { after } from 'next/server'

/** A gate that opens once. */
function gate(): { readonly opened: Promise<void>; open(): void } {
  let open: () => void = () => undefined
  const opened = new Promise<void>((resolve) => {
    open = resolve
  })
  return { opened, open }
}

const [asked, handled] = [gate(), gate()]
const receiver = createWebhookReceiver({ secrets: 'the secret', acknowledgeAfterMs: 0 })
receiver.on('issues', async () => {
  await asked.opened
  handled.open()
})
const handle = createFetchHandler(receiver)

/** Answers a delivery at once; its handler runs until somebody asks for it. */
export const POST = (request: Request): Promise<Response> => handle(request, { waitUntil: after })

/** Lets the handler go on, and answers when it has come to its end. */
export async function GET(): Promise<Response> {
  asked.open()
  await handled.opened
  return Response.json({ handled: true })
}
