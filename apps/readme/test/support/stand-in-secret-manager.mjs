// In place of @google-cloud/secret-manager: its client, with the address of the local server.
import { SecretManagerServiceClient as Client } from '@google-cloud/secret-manager'
import { address } from './stand-in-address.mjs'

export class SecretManagerServiceClient extends Client {
  constructor(options) {
    super({ ...options, ...address })
  }
}
