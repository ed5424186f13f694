import assert from 'node:assert/strict'
import type { FieldCipher } from '@pao/core/ports'
import type { Contract, ContractCase } from './contract.js'

export interface FieldCipherFixture {
  readonly cipher: FieldCipher
  /** The same cipher under another key. */
  readonly other: FieldCipher
}

type CipherCase = ContractCase<FieldCipherFixture>

const texts = ['correct horse battery staple', '', ' ', 'sealed:', 'pässwörd “🔑”', 'x'.repeat(10_000)]

const roundTrip: CipherCase = {
  name: 'open gives back what seal was given',
  law: '1',
  run: async (create) => {
    const { cipher } = await create()
    for (const text of texts) assert.equal(await cipher.open(await cipher.seal(text, 'request/password'), 'request/password'), text)
  },
}

const unreadable: CipherCase = {
  name: 'a sealed value is marked, holds no clear text and is never the same twice',
  law: '2',
  run: async (create) => {
    const { cipher } = await create()
    const [first, second] = [await cipher.seal('correct horse', 'c'), await cipher.seal('correct horse', 'c')]
    assert.match(first, /^sealed:[^:]+:/)
    assert.notEqual(first, second)
    const readings = [first, Buffer.from(first, 'base64').toString('latin1'), ...first.split(':').map((part) => Buffer.from(part, 'base64').toString('latin1'))]
    for (const reading of readings) assert.ok(!reading.includes('correct horse'))
  },
}

const otherPlace: CipherCase = {
  name: 'a sealed value does not open in another place or under another key',
  law: '3',
  run: async (create) => {
    const { cipher, other } = await create()
    const sealed = await cipher.seal('correct horse', 'request-1/password')
    for (const context of ['request-2/password', 'request-1/passwor', '']) await assert.rejects(cipher.open(sealed, context))
    await assert.rejects(other.open(sealed, 'request-1/password'))
  },
}

const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'

/** Of base64 the highest bit is turned: the lowest ones of a last character mean nothing. */
const unlike = (character: string): string => alphabet[(alphabet.indexOf(character) ^ 32) & 63] ?? 'A'

const tampered: CipherCase = {
  name: 'a sealed value with any changed character does not open',
  law: '4',
  run: async (create) => {
    const { cipher } = await create()
    const sealed = await cipher.seal('correct horse', 'c')
    for (const [place, character] of [...sealed].entries()) {
      if (character === '=') continue
      const changed = `${sealed.slice(0, place)}${unlike(character)}${sealed.slice(place + 1)}`
      await assert.rejects(cipher.open(changed, 'c'), `opened with character ${place} changed`)
    }
    for (const text of ['', 'sealed:', 'correct horse', sealed.slice(0, -8)]) await assert.rejects(cipher.open(text, 'c'))
  },
}

const digests: CipherCase = {
  name: 'digest is the same for equal texts, hex, and keyed',
  law: '5',
  run: async (create) => {
    const { cipher, other } = await create()
    const digest = await cipher.digest('correct horse')
    assert.match(digest, /^[0-9a-f]{64,}$/)
    assert.equal(await cipher.digest('correct horse'), digest)
    assert.notEqual(await cipher.digest('correct horsf'), digest)
    assert.notEqual(await other.digest('correct horse'), digest)
  },
}

/** The laws of port FieldCipher. */
export const fieldCipherContract: Contract<FieldCipherFixture> = { port: 'FieldCipher', cases: [roundTrip, unreadable, otherPlace, tampered, digests] }
