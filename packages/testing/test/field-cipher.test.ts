import { createCipheriv, createDecipheriv, createHmac, randomBytes } from 'node:crypto'
import type { FieldCipher } from '@pao/core/ports'
import type { FieldCipherFixture } from '@pao/testing'
import { fieldCipherContract, runContract } from '@pao/testing'
import { describe, expect, test } from 'vitest'

/** A right one, to have something to break. */
const cipherOf = (key: Buffer): FieldCipher => ({
  seal: async (clear, context) => {
    const nonce = randomBytes(12)
    const cipher = createCipheriv('aes-256-gcm', key, nonce).setAAD(Buffer.from(context))
    const sealed = Buffer.concat([nonce, cipher.update(clear, 'utf8'), cipher.final()])
    return `sealed:k1:${Buffer.concat([sealed, cipher.getAuthTag()]).toString('base64url')}`
  },
  open: async (sealed, context) => {
    const [, body] = /^sealed:k1:([\w-]+)$/.exec(sealed) ?? []
    if (body === undefined) throw new Error('not sealed')
    const bytes = Buffer.from(body, 'base64url')
    const decipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(0, 12)).setAAD(Buffer.from(context)).setAuthTag(bytes.subarray(-16))
    return decipher.update(bytes.subarray(12, -16), undefined, 'utf8') + decipher.final('utf8')
  },
  digest: async (clear) => createHmac('sha256', key).update(clear).digest('hex'),
})

const create = async (): Promise<FieldCipherFixture> => ({ cipher: cipherOf(randomBytes(32)), other: cipherOf(randomBytes(32)) })

runContract(fieldCipherContract, { test, create })

describe('the contract FieldCipher refuses a cipher', () => {
  const fixed = '0'.repeat(64)
  const plain = (text: string) => `sealed:k1:${Buffer.from(text).toString('base64url')}`
  test.each<[string, string, (cipher: FieldCipher) => Partial<FieldCipher>]>([
    ['that only encodes', 'a sealed value is marked, holds no clear text and is never the same twice', () => ({ seal: async (text) => `${plain(text)}${randomBytes(2).toString('hex')}` })],
    ['without a mark', 'a sealed value is marked, holds no clear text and is never the same twice', (one) => ({ seal: async (text, context) => (await one.seal(text, context)).slice(7) })],
    ['that always seals alike', 'a sealed value is marked, holds no clear text and is never the same twice', () => ({ seal: async () => 'sealed:k1:AAAA' })],
    ['that ignores the context', 'a sealed value does not open in another place or under another key', (one) => ({ seal: (text) => one.seal(text, ''), open: (text) => one.open(text, '') })],
    ['that opens anything', 'a sealed value with any changed character does not open', (one) => ({ open: (text, context) => one.open(text, context).catch(() => '') })],
    ['that forgets', 'open gives back what seal was given', () => ({ open: async () => 'x' })],
    ['whose digest has no key', 'digest is the same for equal texts, hex, and keyed', () => ({ digest: async () => fixed })],
  ])('%s', async (_, refusedBy, broken) => {
    const one = fieldCipherContract.cases.find(({ name }) => name === refusedBy)
    await expect(one!.run(async () => {
      const fixture = await create()
      const breaking = (cipher: FieldCipher): FieldCipher => ({ ...cipher, ...broken(cipher) })
      return { cipher: breaking(fixture.cipher), other: breaking(fixture.other) }
    })).rejects.toMatchObject({ code: 'ERR_ASSERTION' })
  })
})
