import type { FieldCipher } from '../../../src/ports/field-cipher.js'

const flipped = (bytes: Buffer): Buffer => Buffer.from(bytes.map((byte) => byte ^ 0x5a))
const veil = (text: string): string => flipped(Buffer.from(text, 'utf8')).toString('hex')
const unveil = (hex: string): string => flipped(Buffer.from(hex, 'hex')).toString('utf8')

/** Keeps the laws of the port, no secret from anybody who looks twice, and is the same in every run. */
export const fakeCipher = (): FieldCipher => {
  let sealed = 0
  return {
    seal: async (clear, context) => `sealed:test:${sealed += 1}:${veil(context)}:${veil(clear)}`,
    open: async (value, context) => {
      const [, , , bound = '', hidden = ''] = value.split(':')
      if (bound !== veil(context)) throw new Error('sealed for another place')
      return unveil(hidden)
    },
    digest: async (clear) => veil(clear),
  }
}
