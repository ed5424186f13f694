/**
 * Port FieldCipher: encrypts what people type into password fields. `context` (request id and field id) is authenticated: a sealed value
 * copied to another place does not open. Laws: `open(seal(x, c), c)` is x; any changed byte or context throws; a sealed value starts with
 * `sealed:` and a key id; equal clear texts give different sealed values; `digest` is keyed and the same for equal clear texts.
 */
export interface FieldCipher {
  seal(clear: string, context: string): Promise<string>
  open(sealed: string, context: string): Promise<string>
  /** A keyed hash, hex, for comparing bodies that hold a password. */
  digest(clear: string): Promise<string>
}
