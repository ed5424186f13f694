import { isDeepStrictEqual } from 'node:util'
import { PaoError } from '@pao/core'
import { memoryCatalogSource } from '@pao/core/memory'
import type { CatalogSnapshot, CatalogSource, CatalogVerdict, SnapshotFile } from '@pao/core/ports'
import { catalogSourceContract, runContract } from '@pao/testing'
import type { CatalogSourceFixture } from '@pao/testing'
import { describe, expect, test } from 'vitest'

const outage = () => new PaoError('CATALOG_UNAVAILABLE', 'out of order', { retryable: true })

type Break = (source: CatalogSource) => Partial<CatalogSource>

interface Shown { readonly verdict?: CatalogVerdict; readonly writes: number }

/** Memory holds texts only: what is no text is put where it stands for bytes. It has commits, owners and a place for verdicts, as a repository has. */
const create = (broken: Break = () => ({})) => async (): Promise<CatalogSourceFixture> => {
  const memory = memoryCatalogSource()
  const bytes = new Set<string>()
  const shown = new Map<string, Shown>()
  let down = false
  let owners: string | undefined
  const read: CatalogSource['read'] = async (signal) => {
    if (down) throw outage()
    const { revision, files } = await memory.read(signal)
    const commit = `${revision}${owners ?? ''}`
    return {
      revision: commit, commit, files: files.map((file): SnapshotFile => (bytes.has(file.path) ? { path: file.path, unreadable: 'it is not UTF-8 text' } : file)),
      ...(owners === undefined ? {} : { codeowners: { path: 'CODEOWNERS', source: owners, dialect: 'github' as const } }),
    }
  }
  const right = (): CatalogSource => ({
    ...memory, read,
    publish: async (verdict, signal) => {
      signal.throwIfAborted()
      if (down) throw outage()
      const { verdict: before, writes } = shown.get(verdict.commit) ?? { writes: 0 }
      if (!isDeepStrictEqual(before, verdict)) shown.set(verdict.commit, { verdict, writes: writes + 1 })
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
    changeCodeowners: async (source) => { owners = source },
    commit: async () => (await read(new AbortController().signal)).commit ?? '',
    shown: async (commit) => {
      const { verdict, writes } = shown.get(commit) ?? { writes: 0 }
      return { ...(verdict === undefined ? {} : { state: verdict.state }), text: verdict?.summary ?? '', writes }
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
    ['1: that leaves some out', whole, mapped((snapshot) => ({ ...snapshot, files: snapshot.files.slice(1) }))],
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
    ['3: whose commit is another', 'a snapshot tells the commit that it is of', mapped((snapshot) => ({ ...snapshot, commit: 'main' }))],
    ['3: that tells no commit', 'a snapshot tells the commit that it is of', mapped(({ revision, files }) => ({ revision, files }))],
    ['3: that tells no owners', 'a snapshot tells who owns what, as it was at its moment', mapped(({ codeowners: _, ...snapshot }) => snapshot)],
    ['3: whose owners are those of the first read', 'a snapshot tells who owns what, as it was at its moment', (source) => {
      let first: CatalogSnapshot['codeowners']
      return { read: async (signal) => { const next = await source.read(signal); first ??= next.codeowners; return { ...next, ...(first === undefined ? {} : { codeowners: first }) } } }
    }],
    ['3: whose revision forgets the owners', 'a snapshot tells who owns what, as it was at its moment', mapped((snapshot) => ({ ...snapshot, revision: `r${JSON.stringify(snapshot.files)}` }))],
    ['4: whose paths are absolute', whole, mapped(({ files, ...rest }) => ({ ...rest, files: files.map((file) => ({ ...file, path: `/${file.path}` })) }))],
    ['4: that gives what is no document', whole, mapped(({ files, ...rest }) => ({ ...rest, files: [...files, { path: '.github/x.yaml', source: '' }] }))],
    ['5: that changes line endings', whole, mapped(({ files, ...rest }) => ({
      ...rest, files: files.map((file) => (file.source === undefined ? file : { path: file.path, source: file.source.replaceAll('\r\n', '\n') })),
    }))],
    ['5: that leaves out what it cannot read', 'a file that is no UTF-8 text is given as unreadable and hides no other', mapped(({ files, ...rest }) => ({ ...rest, files: files.filter(({ source }) => source !== undefined) }))],
    ['5: that puts other signs in the place of bytes', 'a file that is no UTF-8 text is given as unreadable and hides no other', mapped(({ files, ...rest }) => ({
      ...rest, files: files.map(({ path, source }) => ({ path, source: source ?? 'a\ufffdb' })),
    }))],
    ['5: that cuts off what is too large', 'a file that is too large is given as unreadable and hides no other', mapped(({ files, ...rest }) => ({
      ...rest, files: files.map(({ path, source }) => ({ path, source: source ?? 'é' })),
    }))],
    ['5: whose limit is lower', 'a file that is too large is given as unreadable and hides no other', mapped(({ files, ...rest }) => ({
      ...rest, files: files.map((file) => ((file.source?.length ?? 0) > 100_000 ? { path: file.path, unreadable: 'too large for me' } : file)),
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
      return { read: async (signal) => { const next = await source.read(signal); files.splice(0, files.length, ...next.files); return { ...next, files } } }
    }],
    ['9: whose watch goes on', 'watch tells of each change, and of none after its stop', (source) => ({
      watch: (changed) => { source.watch?.(changed); return async () => undefined },
    })],
    ['10: that shows nothing', 'a verdict is shown at its commit, and the same one again changes nothing', () => ({ publish: async () => undefined })],
    ['10: that shows the same again', 'a verdict is shown at its commit, and the same one again changes nothing', (source) => ({
      publish: async (verdict, signal) => {
        await source.publish?.({ ...verdict, state: 'success' }, signal)
        await source.publish?.(verdict, signal)
      },
    })],
    ['10: that shows the first for ever', 'a later verdict of a commit replaces the one before', (source) => {
      let done = false
      return { publish: async (verdict, signal) => { if (!done) await source.publish?.(verdict, signal); done = true } }
    }],
    ['10: that remembers what it has shown, and not what is shown now', 'a later verdict of a commit replaces the one before', (source) => {
      const seen = new Set<string>()
      return { publish: async (verdict, signal) => { if (!seen.has(verdict.state)) await source.publish?.(verdict, signal); seen.add(verdict.state) } }
    }],
    ['10: that is silent of an outage', 'a verdict that cannot be shown throws as a read does', (source) => ({
      publish: (verdict, signal) => source.publish?.(verdict, signal).catch((error: unknown) => { if (signal.aborted) throw error }) ?? Promise.resolve(),
    })],
    ['9: that has no watch and does not say so', 'watch tells of each change, and of none after its stop', () => ({ watch: undefined as never })],
  ])('%s', async (_, refusedBy, broken) => {
    const one = catalogSourceContract.cases.find(({ name }) => name === refusedBy)
    expect(one, `no case "${refusedBy}"`).toBeDefined()
    await expect(one!.run(create(broken))).rejects.toMatchObject({ code: 'ERR_ASSERTION' })
  })
})
