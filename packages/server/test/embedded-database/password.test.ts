import { existsSync, readFileSync } from 'node:fs'
import { readdir, readFile, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setImmediate as nextTurn } from 'node:timers/promises'

import { expect, test } from 'vitest'

import { ownUser } from '../../src/embedded-database/os-user.js'
import { readOrMakePassword } from '../../src/embedded-database/password.js'
import { makeOwnedDirectory } from '../../src/embedded-database/place.js'
import { temporaryDirectory } from './server-fixture.js'

test('what the database\'s user gets is closed to everybody else', async () => {
  const directory = await temporaryDirectory()
  await makeOwnedDirectory(join(directory.path, 'making'), ownUser())
  expect((await stat(join(directory.path, 'making'))).mode & 0o777).toBe(0o700)
  await directory.remove()
})

test('the password is made once, kept where only its owner reads it, and nothing else is left', async () => {
  const directory = await temporaryDirectory()
  const first = await readOrMakePassword(directory.path)
  expect(await readOrMakePassword(directory.path)).toBe(first)
  expect((await readFile(join(directory.path, 'password'), 'utf8')).trim()).toBe(first)
  expect((await stat(join(directory.path, 'password'))).mode & 0o777).toBe(0o600)
  expect(await readdir(directory.path)).toEqual(['password'])
  await directory.remove()
})

test('an empty file counts as none', async () => {
  const directory = await temporaryDirectory()
  await writeFile(join(directory.path, 'password'), '')
  const made = await readOrMakePassword(directory.path)
  expect(made.length).toBeGreaterThanOrEqual(32)
  expect((await stat(join(directory.path, 'password'))).mode & 0o777).toBe(0o600)
  expect(await readOrMakePassword(directory.path)).toBe(made)
  await directory.remove()
})

test('it appears whole, so that a second server that starts at the same time reads all of it', async () => {
  const directory = await temporaryDirectory()
  const file = join(directory.path, 'password')
  const seen: string[] = []
  const making = readOrMakePassword(directory.path).then(() => true)
  while (!(await Promise.race([making, nextTurn(false)]))) {
    if (existsSync(file)) seen.push(readFileSync(file, 'utf8'))
  }
  expect(seen.filter((text) => text.trim() !== readFileSync(file, 'utf8').trim())).toEqual([])
  await directory.remove()
})

test('of many who make it at once, all get the one that stays', async () => {
  // Many times: who comes last depends on the threads of the file system.
  for (let round = 0; round < 30; round += 1) {
    const directory = await temporaryDirectory()
    const made = await Promise.all(Array.from({ length: 20 }, () => readOrMakePassword(directory.path)))
    expect(new Set(made)).toEqual(new Set([(await readFile(join(directory.path, 'password'), 'utf8')).trim()]))
    await directory.remove()
  }
})
