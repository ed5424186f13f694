import { chmod, mkdtemp, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { prepareDataDirectory } from '../src/data-directory.js'

let folder: string

beforeEach(async () => { folder = await mkdtemp(join(tmpdir(), 'pao-data-')) })
afterEach(() => rm(folder, { recursive: true, force: true }))

describe('the data directory', () => {
  test.skipIf(process.platform === 'win32')('can be entered by the user of the database, and listed by its owner only', async () => {
    const path = join(folder, 'deep', 'data')
    await prepareDataDirectory(path)
    expect((await stat(path)).mode & 0o777).toBe(process.getuid?.() === 0 ? 0o711 : 0o750)
  })

  test.skipIf(process.platform === 'win32')('keeps its mode where it is there already', async () => {
    await chmod(folder, 0o700)
    await prepareDataDirectory(folder)
    expect((await stat(folder)).mode & 0o777).toBe(0o700)
  })

  test('is told apart from a file', async () => {
    await writeFile(join(folder, 'file'), '')
    await expect(prepareDataDirectory(join(folder, 'file', 'data'))).rejects.toMatchObject({ code: 'CONFIGURATION' })
    await expect(prepareDataDirectory(join(folder, 'file'))).rejects.toMatchObject({ code: 'CONFIGURATION' })
  })

  test.runIf(process.platform === 'linux')('is refused at once where nothing can be made, though the folder above is there', async () => {
    await expect(prepareDataDirectory('/proc/pao/data')).rejects.toMatchObject({ code: 'CONFIGURATION', message: expect.stringContaining('ENOENT') })
  })
})
