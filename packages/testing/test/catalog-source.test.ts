import { PaoError } from '@pao/core'
import { memoryCatalogSource } from '@pao/core/memory'
import type { CatalogSnapshot, CatalogSource, SnapshotFile } from '@pao/core/ports'
import { catalogSourceContract, runContract } from '@pao/testing'
import type { CatalogSourceFixture } from '@pao/testing'
import { describe, expect, test } from 'vitest'

const outage = () => new PaoError('CATALOG_UNAVAILABLE', 'out of order', { retryable: true })

type Break = (source: CatalogSource) => Partial<CatalogSource>

/** Memory holds texts only: what is no text is put where it stands for bytes. */
const create = (broken: Break = () => ({})) => async (): Promise<CatalogSourceFixture> => {
  const memory = memoryCatalogSource()
  const bytes = new Set<string>()
  let down = false
  const right = (): CatalogSource => ({
    ...memory,
    read: async (signal) => {
      if (down) throw outage()
      const { revision, files } = await memory.read(signal)
      return { revision, files: files.map((file): SnapshotFile => (bytes.has(file.path) ? { path: file.path, unreadable: 'it is not UTF-8 text' } : file)) }
    },
  })
  const adapter = (): CatalogSource => {
    const source = right()
    return { ...source, ...broken(source) }
  }
  return {
    source: adapter(), again: adapter,
    breakDown: async () => { down = true },
    change: async (files) => {
      for (const [path, content] of Object.entries(files)) if (content instanceof Uint8Array) bytes.add(path)
      memory.change(Object.fromEntries(Object.entries(files).map(([path, content]) => [path, content instanceof Uint8Array ? '' : content])))
    },
  }
}

runContract(catalogSourceContract, { test, create: create() })

const mapped = (change: (snapshot: CatalogSnapshot) => CatalogSnapshot): Break => (source) => ({ read: async (signal) => change(await source.read(signal)) })
const tick = () => new Promise((resolve) => { setImmediate(resolve) })

const whole = 'read gives every document, as stored, and nothing else'

describe('the contract CatalogSource refuses an adapter', () => {
  let count = 0
  test.each<[string, string, Break]>([
    ['1: that leaves some out', whole, mapped(({ revision, files }) => ({ revision, files: files.slice(1) }))],
    ['1: that mixes two states', 'a read while documents change gives one state', (source) => ({
      read: async (signal) => {
        const first = await source.read(signal)
        await tick()
        const second = await source.read(signal)
        return { ...second, files: second.files.map((file, index) => (index % 2 === 0 ? first.files[index] ?? file : file)) }
      },
    })],
    ['2: for which an outage is an empty catalog', 'an outage throws CATALOG_UNAVAILABLE and is no empty catalog', (source) => ({
      read: (signal) => source.read(signal).catch(() => ({ revision: 'none', files: [] })),
    })],
    ['2: that goes on with what it knew', 'an outage throws CATALOG_UNAVAILABLE and is no empty catalog', (source) => {
      let last: CatalogSnapshot | undefined
      return { read: async (signal) => { last = await source.read(signal).catch((error: unknown) => { if (last === undefined) throw error; return last }); return last } }
    }],
    ['2: that throws what it was thrown', 'an outage throws CATALOG_UNAVAILABLE and is no empty catalog', (source) => ({
      read: (signal) => source.read(signal).catch((error: unknown) => { throw new Error('ECONNREFUSED', { cause: error }) }),
    })],
    ['3: whose revision is the time', 'the revision stays while nothing changes, also for an adapter made anew', mapped((snapshot) => ({ ...snapshot, revision: String(count += 1) }))],
    ['3: that counts what it has read', 'the revision stays while nothing changes, also for an adapter made anew', (source) => {
      const own = String(Math.random())
      return { read: async (signal) => ({ ...await source.read(signal), revision: own }) }
    }],
    ['3: whose revision is the number of files', 'each change of a document gives another revision', mapped((snapshot) => ({ ...snapshot, revision: `r${snapshot.files.length}` }))],
    ['3: whose revision forgets the paths', 'each change of a document gives another revision', mapped((snapshot) => ({ ...snapshot, revision: `r${snapshot.files.map(({ source }) => source).join()}` }))],
    ['4: whose paths are absolute', whole, mapped(({ revision, files }) => ({ revision, files: files.map((file) => ({ ...file, path: `/${file.path}` })) }))],
    ['4: that gives what is no document', whole, mapped(({ revision, files }) => ({ revision, files: [...files, { path: '.github/x.yaml', source: '' }] }))],
    ['5: that changes line endings', whole, mapped(({ revision, files }) => ({
      revision, files: files.map((file) => (file.source === undefined ? file : { path: file.path, source: file.source.replaceAll('\r\n', '\n') })),
    }))],
    ['5: that leaves out what it cannot read', 'a file that is no UTF-8 text is given as unreadable and hides no other', mapped(({ revision, files }) => ({ revision, files: files.filter(({ source }) => source !== undefined) }))],
    ['5: that puts other signs in the place of bytes', 'a file that is no UTF-8 text is given as unreadable and hides no other', mapped(({ revision, files }) => ({
      revision, files: files.map(({ path, source }) => ({ path, source: source ?? 'a\ufffdb' })),
    }))],
    ['5: that cuts off what is too large', 'a file that is too large is given as unreadable and hides no other', mapped(({ revision, files }) => ({
      revision, files: files.map(({ path, source }) => ({ path, source: source ?? 'é' })),
    }))],
    ['5: whose limit is lower', 'a file that is too large is given as unreadable and hides no other', mapped(({ revision, files }) => ({
      revision, files: files.map((file) => ((file.source?.length ?? 0) > 100_000 ? { path: file.path, unreadable: 'too large for me' } : file)),
    }))],
    ['6: that gives only the first', 'more documents than the limit throw, and none is cut off', (source) => ({
      read: (signal) => source.read(signal).catch(() => ({ revision: 'cut', files: Array.from({ length: 10_000 }, (_, index) => ({ path: `${index}.yaml`, source: '' })) })),
    })],
    ['7: that does not look at the signal', 'an aborted read ends, by the reason of its signal', (source) => ({ read: () => source.read(new AbortController().signal) })],
    ['7: that ends by a reason of its own', 'an aborted read ends, by the reason of its signal', (source) => ({
      read: (signal) => source.read(signal).catch(() => { throw new Error('aborted') }),
    })],
    ['8: that gives one list again and again', 'a snapshot does not change, and reads may overlap', (source) => {
      const files: SnapshotFile[] = []
      return { read: async (signal) => { const next = await source.read(signal); files.splice(0, files.length, ...next.files); return { revision: next.revision, files } } }
    }],
    ['9: whose watch goes on', 'watch tells of each change, and of none after its stop', (source) => ({
      watch: (changed) => { source.watch?.(changed); return async () => undefined },
    })],
    ['9: that has no watch and does not say so', 'watch tells of each change, and of none after its stop', () => ({ watch: undefined as never })],
  ])('%s', async (_, refusedBy, broken) => {
    const one = catalogSourceContract.cases.find(({ name }) => name === refusedBy)
    expect(one, `no case "${refusedBy}"`).toBeDefined()
    await expect(one!.run(create(broken))).rejects.toMatchObject({ code: 'ERR_ASSERTION' })
  })
})
