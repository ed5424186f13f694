import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { isPaoError } from '@pao/core'
import { expect, onTestFinished, test } from 'vitest'
import { readCatalogFolder } from '../src/catalog-folder.js'

const folder = async (): Promise<string> => {
  const path = await mkdtemp(join(tmpdir(), 'pao-folder-'))
  onTestFinished(() => rm(path, { recursive: true, force: true }))
  return path
}

test('reads documents in every folder, in order, and nothing else', async () => {
  const root = await folder()
  await mkdir(join(root, 'b', 'deep'), { recursive: true })
  await mkdir(join(root, '.git'))
  for (const path of ['z.yaml', 'a.yml', 'README.md', '.hidden.yaml', '.git/x.yaml', 'b/deep/C.YAML']) await writeFile(join(root, path), `source: ${path}\n`)
  expect(await readCatalogFolder(root)).toEqual({
    files: [{ path: 'a.yml', source: 'source: a.yml\n' }, { path: 'b/deep/C.YAML', source: 'source: b/deep/C.YAML\n' }, { path: 'z.yaml', source: 'source: z.yaml\n' }],
    unreadable: [],
  })
})

test('one bad file never hides the others', async () => {
  const root = await folder()
  await writeFile(join(root, 'good.yaml'), 'a: 1\n')
  await writeFile(join(root, 'large.yaml'), 'x'.repeat(1024 * 1024 + 1))
  await writeFile(join(root, 'latin.yaml'), Buffer.from([0x61, 0xff]))
  await symlink(join(root, 'nowhere.yaml'), join(root, 'broken.yaml'))
  const { files, unreadable } = await readCatalogFolder(root)
  expect(files.map(({ path }) => path)).toEqual(['good.yaml'])
  expect(unreadable.map(({ path }) => path)).toEqual(['broken.yaml', 'large.yaml', 'latin.yaml'])
})

test('links are followed inside the catalog only, and folders behind links are not entered', async () => {
  const [root, outside] = [await folder(), await folder()]
  await mkdir(join(root, '..data'))
  await writeFile(join(root, '..data', 'mounted.yaml'), 'inside\n')
  await symlink(join('..data', 'mounted.yaml'), join(root, 'mounted.yaml'))
  await writeFile(join(outside, 'passwd.yaml'), 'CANARY\n')
  await symlink(join(outside, 'passwd.yaml'), join(root, 'passwd.yaml'))
  await symlink(outside, join(root, 'linked'))
  await symlink(root, join(root, 'loop'))
  // A sibling whose name begins like the root's is outside too.
  await mkdir(`${root}-more`)
  onTestFinished(() => rm(`${root}-more`, { recursive: true, force: true }))
  await writeFile(join(`${root}-more`, 'x.yaml'), 'CANARY\n')
  await symlink(join(`${root}-more`, 'x.yaml'), join(root, 'sibling.yaml'))
  const read = await readCatalogFolder(root)
  expect(read.files).toEqual([{ path: 'mounted.yaml', source: 'inside\n' }])
  expect(read.unreadable.map(({ path }) => path)).toEqual(['passwd.yaml', 'sibling.yaml'])
})

test('a folder that is not there is said with what to do', async () => {
  const error = await readCatalogFolder(join(await folder(), 'none')).catch((reason: unknown) => reason)
  expect(isPaoError(error, 'CONFIGURATION')).toBe(true)
  expect(String(error)).toContain('PAO_CATALOG')
})
