/**
 * Port SecretSource: values behind names. Laws: `undefined` means that there is no secret of this name; an outage throws
 * SECRET_UNAVAILABLE and is never "not found"; no error, log or name quotes a value.
 */
export interface SecretSource {
  get(name: string): Promise<string | undefined>
}
