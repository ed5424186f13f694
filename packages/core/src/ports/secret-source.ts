/**
 * Port SecretSource: values behind names. Laws:
 * 1. `get` gives the value of this name, unchanged, however often and however many names are asked for at once.
 * 2. `undefined` means that there is no secret of this name.
 * 3. An outage throws SECRET_UNAVAILABLE and is never "not found".
 * 4. No error quotes a value.
 */
export interface SecretSource {
  get(name: string): Promise<string | undefined>
}
