import { mkdirSync, writeFileSync } from 'node:fs'
import { mkdir, mkdtemp, rename, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { isPaoError } from '@pao/core'
import { catalogSourceContract, runContract } from '@pao/testing'
import type { CatalogSourceFixture } from '@pao/testing'
import { expect, onTestFinished, test } from 'vitest'
import { folderCatalogSource } from '../src/folder-catalog-source.js'

const folder = async (): Promise<string> => {
  const path = await mkdtemp(join(tmpdir(), 'pao-folder-'))
  onTestFinished(() => rm(path, { recursive: true, force: true }))
  return path
}

const read = async (directory: string) => {
  const { files } = await folderCatalogSource(directory).read(new AbortController().signal)
  return { files: files.filter(({ source }) => source !== undefined), unreadable: files.filter(({ unreadable }) => unreadable !== undefined) }
}

/** As Kubernetes mounts a ConfigMap: the folder is a link, and a change puts another folder in the place of the first at once. */
const fixture = async (): Promise<CatalogSourceFixture> => {
  const parent = await folder()
  const [directory, next] = [join(parent, 'catalog'), join(parent, 'next')]
  const held = new Map<string, string | Uint8Array>()
  let version = 0
  await mkdir(join(parent, '0'))
  await symlink('0', directory)
  return {
    source: folderCatalogSource(directory), again: () => folderCatalogSource(directory),
    breakDown: () => rm(directory),
    change: async (files) => {
      const [[only, text], ...others] = Object.entries(files) as [[string, unknown], ...unknown[]]
      // What is removed alone is removed at once as it is.
      if (others.length === 0 && text === undefined) {
        held.delete(only)
        return rm(join(directory, only))
      }
      version += 1
      for (const [path, content] of Object.entries(files)) {
        if (content === undefined) held.delete(path)
        else held.set(path, content)
      }
      const made = join(parent, String(version))
      for (const place of new Set([made, ...[...held.keys()].map((path) => dirname(join(made, path)))])) mkdirSync(place, { recursive: true })
      for (const [path, content] of held) writeFileSync(join(made, path), content)
      await symlink(String(version), next)
      await rename(next, directory)
    },
  }
}

/** Ten thousand files take their time on a disk that others use too. */
const patient = Object.assign((name: string, run: () => Promise<void>) => { test(name, run, 60_000) }, { skip: test.skip })

runContract(catalogSourceContract, { test: patient, create: fixture })

test('a folder that changes while it is read is read again', async () => {
  const root = await folder()
  const write = (text: string) => { for (const path of ['0.yaml', '199.yaml']) writeFileSync(join(root, path), text) }
  for (let index = 100; index < 199; index += 1) writeFileSync(join(root, `${index}.yaml`), '')
  // The adapter looks at its signal between two parts of its work: the change comes once at each of these moments.
  for (let moment = 1; moment <= 10; moment += 1) {
    write(`old ${moment}`)
    let looks = 0
    const { signal } = new AbortController()
    signal.throwIfAborted = () => { if ((looks += 1) === moment) write(`new ${moment}`) }
    const { files } = await folderCatalogSource(root).read(signal)
    expect(new Set(files.filter(({ source }) => source !== '').map(({ source }) => source)).size).toBe(1)
  }
})

test('a folder that never stands still is told', async () => {
  const root = await folder()
  let text = ''
  const { signal } = new AbortController()
  signal.throwIfAborted = () => { writeFileSync(join(root, 'a.yaml'), text += 'x') }
  const error = await folderCatalogSource(root).read(signal).catch((reason: unknown) => reason)
  expect([isPaoError(error, 'CATALOG_UNAVAILABLE'), String(error)]).toEqual([true, expect.stringContaining('changes all the time')])
})

test('reads documents in every folder, in order, and nothing else', async () => {
  const root = await folder()
  await mkdir(join(root, 'b', 'deep'), { recursive: true })
  await mkdir(join(root, '.git'))
  for (const path of ['z.yaml', 'a.yml', 'README.md', '.hidden.yaml', '.git/x.yaml', 'b/deep/C.YAML']) await writeFile(join(root, path), `source: ${path}\n`)
  expect(await read(root)).toEqual({
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
  const { files, unreadable } = await read(root)
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
  await symlink('..data', join(root, 'folder.yaml'))
  await symlink(root, join(root, 'loop'))
  // A sibling whose name begins like the root's is outside too.
  await mkdir(`${root}-more`)
  onTestFinished(() => rm(`${root}-more`, { recursive: true, force: true }))
  await writeFile(join(`${root}-more`, 'x.yaml'), 'CANARY\n')
  await symlink(join(`${root}-more`, 'x.yaml'), join(root, 'sibling.yaml'))
  const { files, unreadable } = await read(root)
  expect(files).toEqual([{ path: 'mounted.yaml', source: 'inside\n' }])
  expect(unreadable.map(({ path }) => path)).toEqual(['folder.yaml', 'passwd.yaml', 'sibling.yaml'])
  expect(unreadable[0]).toMatchObject({ unreadable: 'it is not a file' })
})

test('a folder that is not there is said with what to do', async () => {
  const error = await read(join(await folder(), 'none')).catch((reason: unknown) => reason)
  expect(isPaoError(error, 'CATALOG_UNAVAILABLE')).toBe(true)
  expect(String(error)).toContain('PAO_CATALOG')
})

const watching = async (directory: string) => {
  let calls = 0
  const stop = folderCatalogSource(directory).watch?.(() => { calls += 1 })
  onTestFinished(async () => { await stop?.() })
  const told = async (change: () => Promise<unknown>) => {
    const before = calls
    await change()
    for (let round = 0; round < 80 && calls === before; round += 1) await sleep(25)
    return calls > before
  }
  await sleep(50)
  return { told, stop, calls: () => calls }
}

test('a change in a new folder is told, one of a hidden file is not', async () => {
  const root = await folder()
  const { told, calls } = await watching(root)
  expect(await told(() => mkdir(join(root, 'deep')).then(() => writeFile(join(root, 'deep', 'a.yaml'), '1')))).toBe(true)
  expect(await told(() => writeFile(join(root, 'deep', 'a.yaml'), '2'))).toBe(true)
  await sleep(200)
  const before = calls()
  await writeFile(join(root, '.a.yaml.swp'), 'x')
  await sleep(300)
  expect(calls()).toBe(before)
  expect(await told(() => rm(join(root, 'deep'), { recursive: true }))).toBe(true)
})

test('many changes are told a few times, and none after the stop', async () => {
  const root = await folder()
  const { told, calls, stop } = await watching(root)
  expect(await told(async () => { for (let index = 0; index < 50; index += 1) await writeFile(join(root, `${index}.yaml`), '1') })).toBe(true)
  await sleep(300)
  expect(calls()).toBeLessThan(10)
  await writeFile(join(root, 'last.yaml'), '1')
  await stop?.()
  const before = calls()
  await sleep(300)
  expect(calls()).toBe(before)
})

test('a mounted ConfigMap is told when its content is swapped', async () => {
  const root = await folder()
  for (const name of ['..first', '..second']) {
    await mkdir(join(root, name))
    await writeFile(join(root, name, 'a.yaml'), name)
  }
  await symlink('..first', join(root, '..data'))
  await symlink(join('..data', 'a.yaml'), join(root, 'a.yaml'))
  const { told } = await watching(root)
  expect(await told(() => symlink('..second', join(root, '..next')).then(() => rename(join(root, '..next'), join(root, '..data'))))).toBe(true)
})
