// Loaded when first needed: who uses one service installs the SDK of one. In a `try`, without `.catch()` or `.then()`, because
// only so esbuild, webpack and Rolldown all build an app that lacks one of them; taken apart, so that they leave out the rest.

/** What is needed of the SDK of Secrets Manager; undefined where it is not installed. */
export async function secretsManagerCommands() {
  try {
    const { GetSecretValueCommand } = await import('@aws-sdk/client-secrets-manager')
    return { GetSecretValueCommand }
  } catch {
    return undefined
  }
}

/** What is needed of the SDK of Systems Manager; undefined where it is not installed. */
export async function ssmCommands() {
  try {
    const { GetParameterCommand } = await import('@aws-sdk/client-ssm')
    return { GetParameterCommand }
  } catch {
    return undefined
  }
}

/** What is needed of the SDK of KMS; undefined where it is not installed. */
export async function kmsCommands() {
  try {
    const { GetPublicKeyCommand, SignCommand } = await import('@aws-sdk/client-kms')
    return { GetPublicKeyCommand, SignCommand }
  } catch {
    return undefined
  }
}
