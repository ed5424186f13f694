import { chmod, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { isPaoError } from '@pao/core'
import { fieldCipherContract, runContract, secretSourceContract } from '@pao/testing'
import fc from 'fast-check'
import { describe, expect, onTestFinished, test } from 'vitest'
import { encryptionKeyFile } from '../src/encryption-key-file.js'
import { fieldCipher } from '../src/field-cipher.js'
import { environmentSecrets } from '../src/secret-source.js'

const cipher = fieldCipher(Buffer.alloc(32, 1))
const other = fieldCipher(Buffer.alloc(32, 2))

runContract(fieldCipherContract, { test, create: async () => ({ cipher, other }) })

runContract(secretSourceContract, {
  test,
  create: async () => ({
    holding: async (values) => environmentSecrets(Object.fromEntries(Object.entries(values).map(([name, value]) => [`PAO_SECRET_${name.toUpperCase().replaceAll('-', '_')}`, value]))),
  }),
  skip: {
    'an outage throws SECRET_UNAVAILABLE, for names that are there and others': 'the environment is read once, at the start: it cannot be away',
    'an outage quotes no value': 'the environment is read once, at the start: it cannot be away',
  },
})

describe('sealed fields', () => {
  test('open to what was sealed, and never twice to the same text', async () => {
    await fc.assert(fc.asyncProperty(fc.string({ unit: 'binary' }), fc.string(), async (clear, context) => {
      const [one, two] = [await cipher.seal(clear, context), await cipher.seal(clear, context)]
      expect(one).toMatch(/^sealed:[0-9a-f]{8}:[A-Za-z0-9_-]+$/)
      expect(one).not.toBe(two)
      // A text that UTF-8 cannot hold is refused before it comes here.
      if (clear.isWellFormed()) expect(await cipher.open(one, context)).toBe(clear)
    }))
  })

  test('do not open elsewhere, under another key, or after any change of a sign', async () => {
    const sealed = await cipher.seal('hunter2', 'req:password')
    await expect(cipher.open(sealed, 'req:other')).rejects.toSatisfy((error) => isPaoError(error, 'SECRET_UNAVAILABLE'))
    await expect(other.open(sealed, 'req:password')).rejects.toSatisfy((error) => isPaoError(error, 'SECRET_UNAVAILABLE'))
    const bytes = (text: string) => text.split(':').map((part, index) => (index === 2 ? Buffer.from(part, 'base64url').toString('hex') : part)).join(':')
    for (let index = 0; index < sealed.length; index += 1) {
      const changed = sealed.slice(0, index) + (sealed[index] === 'A' ? 'B' : 'A') + sealed.slice(index + 1)
      // The last sign of base64 may hold bits that mean nothing.
      if (bytes(changed) === bytes(sealed)) continue
      await expect(cipher.open(changed, 'req:password')).rejects.toSatisfy((error) => isPaoError(error, 'SECRET_UNAVAILABLE'))
    }
    await expect(cipher.open('hunter2', 'req:password')).rejects.toSatisfy((error) => isPaoError(error, 'SECRET_UNAVAILABLE'))
    await expect(cipher.open('sealed:00000000:', 'x')).rejects.toThrow()
  })

  test('a digest is keyed and the same for equal texts', async () => {
    expect(await cipher.digest('a')).toBe(await cipher.digest('a'))
    expect(await cipher.digest('a')).not.toBe(await cipher.digest('b'))
    expect(await cipher.digest('a')).not.toBe(await other.digest('a'))
  })
})

describe('the key in the data directory', () => {
  const directory = async () => {
    const path = await mkdtemp(join(tmpdir(), 'pao-key-'))
    onTestFinished(() => rm(path, { recursive: true, force: true }))
    return path
  }

  test('is made once, for its owner only, by one of many', async () => {
    const path = await directory()
    const keys = await Promise.all(Array.from({ length: 8 }, () => encryptionKeyFile(path)))
    expect(new Set(keys.map((key) => key.toString('hex'))).size).toBe(1)
    expect(keys[0]).toHaveLength(32)
    expect((await stat(join(path, 'encryption.key'))).mode & 0o777).toBe(0o600)
    expect(await readdir(path)).toEqual(['encryption.key'])
    await chmod(join(path, 'encryption.key'), 0o400)
    expect(await encryptionKeyFile(path)).toEqual(keys[0])
  })

  test('is never replaced when it is damaged', async () => {
    const path = await directory()
    await writeFile(join(path, 'encryption.key'), 'oops')
    await expect(encryptionKeyFile(path)).rejects.toSatisfy((error) => isPaoError(error, 'CONFIGURATION'))
    expect(await readFile(join(path, 'encryption.key'), 'utf8')).toBe('oops')
  })
})

test('secrets come from their own variables only', async () => {
  const secrets = environmentSecrets({ PAO_SECRET_DB_PASSWORD: 'x', DATABASE_URL: 'CANARY', PAO_SECRET_: 'y' }, { JIRA_API_TOKEN: 'z' })
  expect(await secrets.get('db-password')).toBe('x')
  expect(await secrets.get('DB_PASSWORD')).toBe('x')
  expect(await secrets.get('JIRA_API_TOKEN')).toBe('z')
  for (const name of ['DATABASE_URL', 'PAO_SECRET_DB_PASSWORD', 'toString', '__proto__']) expect(await secrets.get(name)).toBeUndefined()
})
