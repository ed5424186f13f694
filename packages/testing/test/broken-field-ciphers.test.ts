import { createCipheriv, createDecipheriv, createHmac, randomBytes } from 'node:crypto'
import type { FieldCipher } from '@pao/core/ports'
import type { FieldCipherFixture } from '@pao/testing'
import { fieldCipherContract } from '@pao/testing'
import { refusesMutants } from './mutants.js'

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

const fixed = '0'.repeat(64)
const plain = (text: string) => `sealed:k1:${Buffer.from(text).toString('base64url')}`

const broken = (change: (cipher: FieldCipher) => Partial<FieldCipher>) => async (): Promise<FieldCipherFixture> => {
  const { cipher, other } = await create()
  return { cipher: { ...cipher, ...change(cipher) }, other: { ...other, ...change(other) } }
}

refusesMutants(fieldCipherContract, create, [
  { breaks: 'only encodes', refusedBy: 'a sealed value is marked, holds no clear text and is never the same twice', create: broken(() => ({ seal: async (text) => `${plain(text)}${randomBytes(2).toString('hex')}` })) },
  { breaks: 'sets no mark', refusedBy: 'a sealed value is marked, holds no clear text and is never the same twice', create: broken((one) => ({ seal: async (text, context) => (await one.seal(text, context)).slice(7) })) },
  { breaks: 'always seals alike', refusedBy: 'a sealed value is marked, holds no clear text and is never the same twice', create: broken(() => ({ seal: async () => 'sealed:k1:AAAA' })) },
  { breaks: 'ignores the context', refusedBy: 'a sealed value does not open in another place or under another key', create: broken((one) => ({ seal: (text) => one.seal(text, ''), open: (text) => one.open(text, '') })) },
  { breaks: 'opens anything', refusedBy: 'a sealed value with any changed character does not open', create: broken((one) => ({ open: (text, context) => one.open(text, context).catch(() => '') })) },
  { breaks: 'forgets', refusedBy: 'open gives back what seal was given', create: broken(() => ({ open: async () => 'x' })) },
  { breaks: 'has a digest without a key', refusedBy: 'digest is the same for equal texts, hex, and keyed', create: broken(() => ({ digest: async () => fixed })) },
])
