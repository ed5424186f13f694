import { createCipheriv, createDecipheriv, createHash, createHmac, hkdfSync, randomBytes } from 'node:crypto'
import type { FieldCipher } from '@pao/core/ports'
import { PaoError } from '@pao/core/action'

const PREFIX = 'sealed:'
const IV_BYTES = 12
const TAG_BYTES = 16
const KEY_BYTES = 32

/** Two keys from one, so that no key is used for two purposes. */
const derive = (key: Uint8Array, purpose: string): Buffer => Buffer.from(hkdfSync('sha256', key, Buffer.alloc(0), `pao ${purpose}`, 32))

/**
 * AES-256-GCM with a random 96-bit nonce, the context as associated data: `sealed:<key id>:<nonce, tag and text in base64url>`.
 * The key id tells values of another key from damaged ones. Throws CONFIGURATION for a key that has not 32 bytes.
 */
export const fieldCipher = (key: Uint8Array): FieldCipher => {
  if (key.length !== KEY_BYTES) throw new PaoError('CONFIGURATION', `An encryption key has ${KEY_BYTES} bytes, and this one has ${key.length}`)
  const sealingKey = derive(key, 'field sealing')
  const digestKey = derive(key, 'field digest')
  const keyId = createHash('sha256').update(sealingKey).digest('hex').slice(0, 8)

  const open = (sealed: string, context: string): string => {
    const [, id, data] = /^sealed:([0-9a-f]{8}):([A-Za-z0-9_-]+)$/.exec(sealed) ?? []
    if (id === undefined || data === undefined) throw new PaoError('SECRET_UNAVAILABLE', 'a sealed field value is damaged')
    if (id !== keyId) throw new PaoError('SECRET_UNAVAILABLE', `a field value was sealed under the key ${id}, and PAO_ENCRYPTION_KEY is ${keyId}`)
    const bytes = Buffer.from(data, 'base64url')
    try {
      const decipher = createDecipheriv('aes-256-gcm', sealingKey, bytes.subarray(0, IV_BYTES), { authTagLength: TAG_BYTES })
      decipher.setAAD(Buffer.from(context, 'utf8'))
      decipher.setAuthTag(bytes.subarray(IV_BYTES, IV_BYTES + TAG_BYTES))
      return Buffer.concat([decipher.update(bytes.subarray(IV_BYTES + TAG_BYTES)), decipher.final()]).toString('utf8')
    } catch (cause) {
      throw new PaoError('SECRET_UNAVAILABLE', 'a sealed field value does not open here: it was changed, or it belongs to another field', { cause })
    }
  }

  const seal = (clear: string, context: string): string => {
    const iv = randomBytes(IV_BYTES)
    const cipher = createCipheriv('aes-256-gcm', sealingKey, iv, { authTagLength: TAG_BYTES })
    cipher.setAAD(Buffer.from(context, 'utf8'))
    const text = Buffer.concat([cipher.update(clear, 'utf8'), cipher.final()])
    return `${PREFIX}${keyId}:${Buffer.concat([iv, cipher.getAuthTag(), text]).toString('base64url')}`
  }

  return {
    seal: (clear, context) => Promise.resolve(seal(clear, context)),
    open: async (sealed, context) => Promise.resolve(open(sealed, context)),
    digest: (clear) => Promise.resolve(createHmac('sha256', digestKey).update(clear, 'utf8').digest('hex')),
  }
}
