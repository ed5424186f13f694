/**
 * Port FieldCipher: encrypts what people type into password fields. `context` (request id and field id) is authenticated: a sealed value
 * copied to another place does not open. Laws:
 * 1. `open(seal(x, c), c)` is x.
 * 2. A sealed value starts with `sealed:` and a key id, and holds nothing of the clear text; equal clear texts give different ones.
 * 3. Any changed context, and another key, throws.
 * 4. Any changed byte throws.
 * 5. `digest` is keyed, and the same for equal clear texts.
 */
export interface FieldCipher {
  seal(clear: string, context: string): Promise<string>
  open(sealed: string, context: string): Promise<string>
  /** A keyed hash, hex, for comparing bodies that hold a password. */
  digest(clear: string): Promise<string>
}
