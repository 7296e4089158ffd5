// In place of @google-cloud/kms: its client, with the address of the local server.
import { KeyManagementServiceClient as Client } from '@google-cloud/kms'
import { address } from './stand-in-address.mjs'

export class KeyManagementServiceClient extends Client {
  constructor(options) {
    super({ ...options, ...address })
  }
}
