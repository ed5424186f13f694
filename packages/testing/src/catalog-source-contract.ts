import assert from 'node:assert/strict'
import { setTimeout as wait } from 'node:timers/promises'
import { catalogLimits, isPaoError, snapshotProblem } from '@pao/core'
import type { CatalogSnapshot, CatalogSource, CatalogVerdict } from '@pao/core/ports'
import { notApplicable } from './contract.js'
import type { Contract, ContractCase } from './contract.js'

export interface CatalogSourceFixture {
  /** The adapter under test, over a place that holds nothing yet. */
  readonly source: CatalogSource
  /**
   * Changes the place, as one change: files by path, `undefined` removes. Ends when a read that begins then shows it. Bytes stand for files that
   * are not UTF-8 text.
   */
  change(files: Readonly<Record<string, string | Uint8Array | undefined>>): Promise<void>
  /** From now on the place cannot be reached. */
  breakDown(): Promise<void>
  /** Another adapter over the same place, as another process would have it. */
  again(): CatalogSource
  /** The commit that the place is at. Absent: it knows none. */
  commit?(): Promise<string>
  /** Changes what says who owns what, where the source looks first; `undefined` removes it. Absent: the source looks nowhere. */
  changeCodeowners?(source: string | undefined): Promise<void>
  /** What the place shows people of a commit. Required where the source publishes. */
  shown?(commit: string): Promise<ShownVerdict>
}

/** A verdict as people see it. */
export interface ShownVerdict {
  /** Absent: none is shown. */
  readonly state?: CatalogVerdict['state']
  /** Everything that is written beside it. */
  readonly text: string
  /** How often the place was written to since it was made. */
  readonly writes: number
}

type SourceCase = ContractCase<CatalogSourceFixture>

/** Long enough for any adapter on loopback, and soon enough to be told. */
const PATIENCE_MS = 30_000

const inTime = async <Value>(promise: Promise<Value>, what: string): Promise<Value> => {
  const done = new AbortController()
  const late = wait(PATIENCE_MS, undefined, { signal: done.signal }).then(() => { throw new assert.AssertionError({ message: `${what} did not end within ${PATIENCE_MS} ms` }) })
  try {
    return await Promise.race([promise, late])
  } finally {
    done.abort()
    await late.catch(() => undefined)
  }
}

const readBy = (source: CatalogSource, signal = new AbortController().signal): Promise<CatalogSnapshot> => inTime(source.read(signal), 'read')

const sourcesOf = ({ files }: CatalogSnapshot): Readonly<Record<string, string | undefined>> =>
  Object.fromEntries(files.map(({ path, source }) => [path, source] as const).sort(([left], [right]) => (left < right ? -1 : 1)))

const documents = {
  'a.yaml': 'kind: CatalogItem\n', 'databases/postgresql.yml': 'name: “Ünï©ode” 🐘\r\nline: two\r\n', 'deep/er/still/C.YAML': '', 'z z.yaml': ' no end of line',
}

const whole: SourceCase = {
  name: 'read gives every document, as stored, and nothing else',
  law: '1, 4, 5',
  run: async (create) => {
    const { source, change } = await create()
    assert.deepEqual((await readBy(source)).files, [], 'a source without documents gives no files')
    await change({ ...documents, 'README.md': '# no document', '.hidden.yaml': 'no: 1', '.git/config.yaml': 'no: 2', 'CODEOWNERS': '* @nobody' })
    const snapshot = await readBy(source)
    assert.deepEqual(sourcesOf(snapshot), documents)
    assert.equal(snapshotProblem(snapshot), undefined)
    await change({ 'a.yaml': undefined })
    assert.deepEqual(Object.keys(sourcesOf(await readBy(source))), Object.keys(documents).filter((path) => path !== 'a.yaml'))
  },
}

const oneMoment: SourceCase = {
  name: 'a read while documents change gives one state',
  law: '1',
  run: async (create) => {
    const { source, change } = await create()
    const paths = Array.from({ length: 20 }, (_, index) => `folder-${index % 4}/item-${index}.yaml`)
    const generation = (number: number) => Object.fromEntries(paths.map((path) => [path, `generation: ${number}\n`]))
    await change(generation(0))
    for (let round = 1; round <= 20; round += 1) {
      const reading = readBy(source)
      await change(generation(round))
      const { files } = await reading
      assert.equal(files.length, paths.length)
      assert.equal(new Set(files.map((file) => file.source)).size, 1, 'documents of two states stand in one snapshot')
    }
  },
}

const outage: SourceCase = {
  name: 'an outage throws CATALOG_UNAVAILABLE and is no empty catalog',
  law: '2',
  run: async (create) => {
    const { source, change, breakDown, again } = await create()
    await change(documents)
    await readBy(source)
    await breakDown()
    for (const one of [source, again()]) {
      await assert.rejects(readBy(one), (error) => {
        assert.ok(isPaoError(error, 'CATALOG_UNAVAILABLE'), `an outage threw ${String(error)}`)
        return true
      })
    }
  },
}

const stays: SourceCase = {
  name: 'the revision stays while nothing changes, also for an adapter made anew',
  law: '3',
  run: async (create) => {
    const { source, change, again } = await create()
    await change(documents)
    const first = await readBy(source)
    assert.notEqual(first.revision, '')
    for (const one of [source, again()]) {
      const next = await readBy(one)
      assert.equal(next.revision, first.revision)
      assert.deepEqual(sourcesOf(next), sourcesOf(first))
    }
  },
}

const moves: SourceCase = {
  name: 'each change of a document gives another revision',
  law: '3',
  run: async (create) => {
    const { source, change } = await create()
    const revisions: string[] = []
    const states = [{ 'a.yaml': 'one' }, { 'a.yaml': 'two' }, { 'b.yaml': 'two' }, { 'b.yaml': undefined, 'c.yaml': 'two' }, { 'a.yaml': undefined }]
    for (const files of states) {
      await change(files)
      revisions.push((await readBy(source)).revision)
    }
    assert.equal(new Set(revisions).size, states.length, 'two states have one revision')
  },
}

const apart = async (fixture: CatalogSourceFixture, path: string, content: string | Uint8Array): Promise<void> => {
  await fixture.change({ 'good.yaml': 'good: 1\n', [path]: content })
  const { files } = await readBy(fixture.source)
  assert.deepEqual(files.map((file) => file.path).sort(), ['good.yaml', path].sort())
  assert.equal(files.find((file) => file.path === 'good.yaml')?.source, 'good: 1\n')
  const bad = files.find((file) => file.path === path)
  assert.equal(bad?.source, undefined, `${path} was given as a text`)
  assert.ok((bad?.unreadable ?? '').length > 0, `${path} has no reason`)
}

const binary: SourceCase = {
  name: 'a file that is no UTF-8 text is given as unreadable and hides no other',
  law: '5',
  run: async (create) => apart(await create(), 'latin.yaml', new Uint8Array([0x61, 0xff, 0x62])),
}

const large: SourceCase = {
  name: 'a file that is too large is given as unreadable and hides no other',
  law: '5',
  run: async (create) => {
    const fixture = await create()
    await apart(fixture, 'large.yaml', 'é'.repeat(catalogLimits.fileBytes / 2) + 'x')
    const longest = 'é'.repeat(catalogLimits.fileBytes / 2)
    await fixture.change({ 'large.yaml': longest })
    assert.equal(sourcesOf(await readBy(fixture.source))['large.yaml'], longest)
  },
}

const tooMany: SourceCase = {
  name: 'more documents than the limit throw, and none is cut off',
  law: '6',
  run: async (create) => {
    const { source, change } = await create()
    const files = Object.fromEntries(Array.from({ length: catalogLimits.files + 1 }, (_, index) => [`folder-${index % 10}/item-${index}.yaml`, '']))
    await change(files)
    await assert.rejects(readBy(source), (error) => isPaoError(error, 'CATALOG_UNAVAILABLE'))
    await change({ 'folder-0/item-0.yaml': undefined })
    assert.equal((await readBy(source)).files.length, catalogLimits.files)
  },
}

const aborted: SourceCase = {
  name: 'an aborted read ends, by the reason of its signal',
  law: '7',
  run: async (create) => {
    const { source, change } = await create()
    await change(documents)
    const reason = new Error('enough')
    await assert.rejects(readBy(source, AbortSignal.abort(reason)), (error) => error === reason)
    const abort = new AbortController()
    const reading = readBy(source, abort.signal)
    abort.abort(reason)
    await reading.then((snapshot) => { assert.deepEqual(sourcesOf(snapshot), documents) }, (error: unknown) => { assert.equal(error, reason) })
    assert.deepEqual(sourcesOf(await readBy(source)), documents)
  },
}

const values: SourceCase = {
  name: 'a snapshot does not change, and reads may overlap',
  law: '8',
  run: async (create) => {
    const { source, change } = await create()
    await change(documents)
    const first = await readBy(source)
    const kept = structuredClone(first)
    await change({ 'a.yaml': 'changed: 1\n', 'new.yaml': '' })
    const later = await Promise.all(Array.from({ length: 5 }, () => readBy(source)))
    for (const one of later) assert.deepEqual(sourcesOf(one), { ...documents, 'a.yaml': 'changed: 1\n', 'new.yaml': '' })
    assert.equal(new Set(later.map(({ revision }) => revision)).size, 1)
    assert.deepEqual(first, kept)
  },
}

/** Begins to watch, and gives what waits for the next call. */
const watching = (source: CatalogSource) => {
  let calls = 0
  let told: () => void = () => undefined
  const stop = source.watch?.(() => {
    calls += 1
    told()
  })
  assert.ok(stop !== undefined, 'the adapter has no watch: skip this case with the reason')
  return { stop, calls: () => calls, next: () => inTime(new Promise<void>((resolve) => { told = resolve }), 'watch') }
}

const watched: SourceCase = {
  name: 'watch tells of each change, and of none after its stop',
  law: '9',
  run: async (create) => {
    const { source, change } = await create()
    const [first, second] = [watching(source), watching(source)]
    try {
      const told = [first.next(), second.next()]
      await change({ 'a.yaml': 'one' })
      await Promise.all(told)
      assert.deepEqual(sourcesOf(await readBy(source)), { 'a.yaml': 'one' })
      await first.stop()
      const before = first.calls()
      const again = second.next()
      await change({ 'a.yaml': 'two' })
      await again
      assert.equal(first.calls(), before, 'a watch was told of a change after its stop')
    } finally {
      await Promise.all([first.stop(), second.stop()])
    }
  },
}

const commits: SourceCase = {
  name: 'a snapshot tells the commit that it is of',
  law: '3',
  run: async (create) => {
    const { source, change, commit } = await create()
    await change(documents)
    if (commit === undefined) {
      assert.equal((await readBy(source)).commit, undefined, 'a place without commits has a commit')
      throw notApplicable('the place knows no commits')
    }
    const first = await readBy(source)
    assert.equal(first.commit, await commit())
    await change({ 'a.yaml': 'changed' })
    const second = await readBy(source)
    assert.equal(second.commit, await commit())
    assert.notEqual(second.commit, first.commit)
  },
}

const owners: SourceCase = {
  name: 'a snapshot tells who owns what, as it was at its moment',
  law: '3',
  run: async (create) => {
    const { source, change, changeCodeowners, again } = await create()
    await change(documents)
    const before = await readBy(source)
    assert.equal(before.codeowners, undefined, 'a place without CODEOWNERS has one')
    if (changeCodeowners === undefined) throw notApplicable('the source looks for no CODEOWNERS')
    const revisions = [before.revision]
    for (const text of ['* @acme/platform\n', '# “nobody”\r\n']) {
      await changeCodeowners(text)
      const snapshot = await readBy(source)
      assert.equal(snapshot.codeowners?.source, text)
      assert.deepEqual(sourcesOf(snapshot), documents, 'owners are no document')
      assert.deepEqual((await readBy(again())).codeowners, snapshot.codeowners)
      revisions.push(snapshot.revision)
    }
    await changeCodeowners(undefined)
    assert.equal((await readBy(source)).codeowners, undefined)
    assert.equal(new Set(revisions).size, revisions.length, 'two states have one revision')
  },
}

const verdictOf = (commit: string, state: CatalogVerdict['state'], summary: string): CatalogVerdict => ({
  commit, state, summary,
  annotations: state === 'success' ? [] : [{ path: 'a.yaml', line: 1, column: 7, severity: 'error', code: 'unknown-key', message: 'There is no key “knid”. Did you mean kind?' }],
})

/** Sources without `publish` have nothing to show. */
const publishing = async (fixture: CatalogSourceFixture) => {
  const { source, shown, commit, change } = fixture
  if (source.publish === undefined) throw notApplicable('the source has no place for a verdict')
  assert.ok(shown !== undefined && commit !== undefined, 'the fixture of a source that publishes has commit and shown')
  await change(documents)
  const at = await commit()
  return { at, shown: () => shown(at), publish: (verdict: CatalogVerdict, by = source, signal = new AbortController().signal) => inTime(by.publish?.(verdict, signal) ?? Promise.resolve(), 'publish') }
}

const published: SourceCase = {
  name: 'a verdict is shown at its commit, and the same one again changes nothing',
  law: '10',
  run: async (create) => {
    const fixture = await create()
    const { at, shown, publish } = await publishing(fixture)
    assert.equal((await shown()).state, undefined, 'a verdict is shown before there is one')
    const verdict = verdictOf(at, 'failure', '1 of 4 documents is not served')
    await publish(verdict)
    const first = await shown()
    assert.equal(first.state, 'failure')
    assert.ok(first.text.includes(verdict.summary), `the summary is not shown: ${first.text}`)
    await publish(verdict)
    await publish(verdict, fixture.again())
    assert.deepEqual(await shown(), first, 'the same verdict again changed what is shown')
  },
}

const replaced: SourceCase = {
  name: 'a later verdict of a commit replaces the one before',
  law: '10',
  run: async (create) => {
    const { at, shown, publish } = await publishing(await create())
    await publish(verdictOf(at, 'failure', '1 of 4 documents is not served'))
    await publish(verdictOf(at, 'success', 'all 4 documents are served'))
    const { state, text } = await shown()
    assert.deepEqual([state, text.includes('all 4 documents are served')], ['success', true], text)
    await publish(verdictOf(at, 'failure', '1 of 4 documents is not served'))
    assert.equal((await shown()).state, 'failure', 'an earlier verdict that is true again is not shown')
  },
}

const unpublished: SourceCase = {
  name: 'a verdict that cannot be shown throws as a read does',
  law: '10',
  run: async (create) => {
    const fixture = await create()
    const { at, publish } = await publishing(fixture)
    const verdict = verdictOf(at, 'success', 'all 4 documents are served')
    const reason = new Error('enough')
    await assert.rejects(publish(verdict, fixture.source, AbortSignal.abort(reason)), (error) => error === reason)
    await fixture.breakDown()
    await assert.rejects(publish(verdict), (error) => isPaoError(error, 'CATALOG_UNAVAILABLE'))
  },
}

/** The laws of port CatalogSource. An adapter without `watch` skips its case, with the reason. */
export const catalogSourceContract: Contract<CatalogSourceFixture> = {
  port: 'CatalogSource',
  cases: [whole, oneMoment, outage, stays, moves, commits, owners, binary, large, tooMany, aborted, values, watched, published, replaced, unpublished],
}
