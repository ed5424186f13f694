import assert from 'node:assert/strict'
import type { SearchDocument, SearchIndex } from '@pao/core/ports'
import { aDocument, anybody, completionsOf, filled, finds, idsOf, shelf, textOf, totalOf } from './search-index-fixture.js'
import type { SearchCase } from './search-index-fixture.js'

const open = [aDocument('open-1', { name: 'Ledger' }), aDocument('open-2', { name: 'Ledgers of others', description: 'Has a zanzibbar.' })]

const hidden = [
  aDocument('hidden-1', { name: 'Ledger secret', audience: ['payments', 'owners'] }), aDocument('hidden-2', { name: 'Zanzibar', description: 'ledger', audience: ['payments'] }),
  aDocument('hidden-3', { name: 'Nobody', description: 'ledger', audience: [] }), aDocument('hidden-4', { name: 'Quite another ledgerdemain', audience: ['payments'] }),
]

const visibility: SearchCase = {
  name: 'what a viewer may not see is no hit, is not counted and completes nothing',
  law: '5',
  run: async (create) => {
    const index = await filled(create, [...open, ...hidden])
    const everything = [...open, ...hidden].map(({ id }) => id)
    const cases = [
      [anybody, ['open-1', 'open-2']], [{ teams: ['others', 'pay'] }, ['open-1', 'open-2']], [{ teams: ['owners'] }, ['open-1', 'open-2', 'hidden-1']],
      [{ teams: ['x', 'payments'] }, ['open-1', 'open-2', 'hidden-1', 'hidden-2', 'hidden-4']], [{ teams: [], administrator: true }, everything],
      [{ teams: ['others'], administrator: false }, ['open-1', 'open-2']],
    ] as const
    for (const [viewer, ids] of cases) {
      await finds(index, 'ledger', ids, { viewer })
      assert.equal(await totalOf(index, 'ledger', { viewer, limit: 1 }), ids.length, 'the total counts what the viewer may not see')
      const completions = await completionsOf(index, 'ledgerd', { viewer })
      assert.equal(completions.some((text) => /demain/i.test(text)), (ids as readonly string[]).includes('hidden-4'), 'a completion tells of what the viewer may not see')
    }
  },
}

const indifference: SearchCase = {
  name: 'what a viewer may not see decides nothing about what is found',
  law: '5',
  run: async (create) => {
    const [alone, beside] = [await filled(create, open), await filled(create, [...open, ...hidden])]
    for (const text of ['zanzibar', 'ledger secret', 'ledgerdemain', 'quite ledger', 'nobody', 'zanz']) {
      assert.deepEqual([...await idsOf(beside, text)].sort(), [...await idsOf(alone, text)].sort(), `"${text}"`)
      assert.deepEqual([...await completionsOf(beside, text)].sort(), [...await completionsOf(alone, text)].sort(), `completions of "${text}"`)
    }
  },
}

const marked = async (index: SearchIndex, documents: readonly SearchDocument[], text: string): Promise<readonly string[]> => {
  const { hits } = await index.search({ text, viewer: anybody, limit: 10 })
  assert.ok(hits.length > 0, `"${text}" finds nothing`)
  return hits.flatMap(({ id, highlights }) => {
    const document = documents.find((one) => one.id === id)
    assert.ok(document !== undefined)
    assert.ok(highlights.some(({ ranges }) => ranges.length > 0), `the hit ${id} of "${text}" does not say what was found`)
    return highlights.flatMap((highlight) => {
      const whole = textOf(document, highlight)
      assert.ok(whole !== undefined, `${id} has no ${highlight.field} ${highlight.index ?? ''}`)
      let before = 0
      return highlight.ranges.map(({ start, end }) => {
        assert.ok(Number.isInteger(start) && Number.isInteger(end) && start >= before && start < end && end <= whole.length, `${start} to ${end} of "${whole}"`)
        before = end
        return whole.slice(start, end)
      })
    })
  })
}

const highlights: SearchCase = {
  name: 'highlights are positions of the words that were found',
  law: '8',
  run: async (create) => {
    const tricky = [
      aDocument('tricky', { name: 'İstanbul <b>Relay</b> & 🐘 relay', description: 'A Straße, a CAFÉ; <script>relay</script>', tags: ['none', 'relay-station', 'café'] }), ...shelf,
    ]
    const index = await filled(create, tricky)
    for (const [text, expected] of [
      ['relay', ['Relay', 'relay']], ['cafe', ['CAFÉ', 'café']], ['postgresql', ['PostgreSQL']], ['postgersql', ['PostgreSQL']], ['script', ['script']], ['streaming kafka', ['Kafka', 'streaming']],
    ] as const) {
      const found = await marked(index, tricky, text)
      for (const one of expected) assert.ok(found.some((part) => part.includes(one)), `"${text}" marks ${JSON.stringify(found)}, and not ${one}`)
      for (const part of found) assert.match(part, /^[^\s<>&;]+$/u, `"${text}" marks what is no word`)
    }
    const answer = JSON.stringify(await index.search({ text: 'relay', viewer: anybody, limit: 10 }))
    assert.doesNotMatch(answer, /[<>]/, 'texts are given back')
  },
}

const completion: SearchCase = {
  name: 'completions go on where the text ends, each once and each with a hit',
  law: '9',
  run: async (create) => {
    const index = await filled(create, [...shelf, ...Array.from({ length: 30 }, (_, number) => aDocument(`post-${number}`, { name: `Poster${'abcdefghijklmnopqrstuvwxyzäöüß'.charAt(number)} Postbox` }))])
    const lower = async (text: string, limit = 5) => (await completionsOf(index, text, { limit })).map((one) => one.toLowerCase())
    assert.deepEqual(await lower('kub'), ['kubernetes'])
    assert.deepEqual(await lower('Kafka str'), ['kafka streaming'])
    assert.deepEqual(await lower('kafka contai'), [])
    for (const limit of [1, 5]) {
      const completions = await lower('post', limit)
      assert.equal(completions.length, limit)
      assert.equal(new Set(completions).size, limit)
      for (const one of completions) {
        assert.ok(one.startsWith('post'), one)
        assert.ok(await totalOf(index, one) > 0, `"${one}" finds nothing`)
      }
    }
  },
}

const texts = ['', ' ', '\t\n', '?!…', '"', "'; drop table items; --", '*', 'a*', '(', ')', 'NOT kafka', 'name:kafka', '+kafka', '-kafka', '~', '\\', '[a-z]+', '%', '_', '\u0000', '🐘', '\ud800', '__proto__', 'constructor', 'toString', 'a'.repeat(5_000), 'ab '.repeat(5_000), '-'.repeat(5_000)]

const anything: SearchCase = {
  name: 'every text is a query, and means its words alone',
  law: '10',
  run: async (create) => {
    const index = await filled(create, [...shelf, aDocument('proto', { name: 'Constructor', description: '__proto__ hasOwnProperty' })])
    for (const text of texts) {
      const shown = JSON.stringify(text.slice(0, 20))
      await assert.doesNotReject(completionsOf(index, text), shown)
      await assert.doesNotReject(async () => index.search({ text, viewer: anybody, limit: 10 }), shown)
    }
    for (const text of ['', ' ', '\t\n', '?!…', '"', '(', '\\', '%']) {
      await finds(index, text, [])
      assert.deepEqual(await completionsOf(index, text), [])
    }
    for (const text of ['-kafka', '+kafka', '"kafka"', 'kafka*', '(kafka)', 'kafka?']) await finds(index, text, ['mq-1'])
    await finds(index, 'constructor', ['proto'])
    await finds(index, '__proto__', ['proto'])
  },
}

const bounded: SearchCase = {
  name: 'the first twelve words count, and no others',
  law: '10',
  run: async (create) => {
    const index = await filled(create)
    await finds(index, `${'kafka '.repeat(12)}elephant`, ['mq-1'])
    await finds(index, `${'elephant '.repeat(12)}kafka`, [])
    await finds(index, `${'elephant '.repeat(11)}kafka`, ['mq-1'])
  },
}

const values: SearchCase = {
  name: 'what was passed and given may change without the index',
  law: '11',
  run: async (create) => {
    const { index } = await create()
    const teams = ['payments']
    const document = { ...aDocument('mine', { name: 'Ledger', tags: ['first'] }), audience: teams }
    const put: SearchDocument[] = [document]
    const remove = ['nothing']
    const updating = index.update({ put, remove })
    put.push(aDocument('late', { name: 'Ledger' }))
    remove.push('mine')
    document.name = 'Changed'
    teams.push('strangers')
    await updating
    const viewer = { teams: ['payments'] }
    await finds(index, 'ledger', ['mine'], { viewer })
    await finds(index, 'changed', [], { viewer })
    await finds(index, 'ledger', [], { viewer: { teams: ['strangers'] } })
    const { hits } = await index.search({ text: 'ledger', viewer, limit: 5 })
    const kept = structuredClone(hits)
    ;(hits as unknown[]).length = 0
    assert.deepEqual((await index.search({ text: 'ledger', viewer, limit: 5 })).hits, kept)
    await index.update({ remove: ['mine'] })
    await finds(index, 'ledger', [], { viewer })
  },
}

export const answerCases: readonly SearchCase[] = [visibility, indifference, highlights, completion, anything, bounded, values]
