import assert from 'node:assert/strict'
import { aDocument, completionsOf, filled, finds, idsOf, shelf, totalOf } from './search-index-fixture.js'
import type { SearchCase } from './search-index-fixture.js'

const updates: SearchCase = {
  name: 'an update is seen whole, and touches nothing else',
  law: '1',
  run: async (create) => {
    const { index } = await create()
    await finds(index, 'database', [])
    await index.update({ put: shelf })
    await finds(index, 'database', ['db-1'])
    await finds(index, 'kafka', ['mq-1'])
    await index.update({ put: [aDocument('db-1', { name: 'Oracle database' })], remove: ['k8s-1', 'never-there'] })
    await finds(index, 'oracle', ['db-1'])
    for (const gone of ['postgresql', 'relational', 'managed', 'kubernetes', 'containers']) await finds(index, gone, [])
    await finds(index, 'kafka', ['mq-1'])
    await index.update({ put: shelf })
    await finds(index, 'kubernetes', ['k8s-1'])
    await finds(index, 'oracle', [])
    assert.equal(await totalOf(index, 'database'), 1, 'a document that was put again is there twice')
  },
}

const overlapping: SearchCase = {
  name: 'overlapping updates take effect in the order of their calls',
  law: '1',
  run: async (create) => {
    const { index } = await create()
    const many = Array.from({ length: 1_000 }, (_, number) => aDocument(`item-${number}`, { name: 'First edition' }))
    await Promise.all([
      index.update({ put: many }), index.update({ put: [aDocument('item-999', { name: 'Second edition' })] }), index.update({ remove: ['item-0'] }),
    ])
    await finds(index, 'second', ['item-999'])
    assert.equal(await totalOf(index, 'first'), 998)
  },
}

const words: SearchCase = {
  name: 'a document is found by the words of each of its fields, in any order, case and accent',
  law: '2',
  run: async (create) => {
    const index = await filled(create)
    for (const text of ['db-1', 'PostgreSQL', 'backups', 'sql', 'persistence', 'managed-service', 'POSTGRESQL', 'postgresql daily', 'daily postgresql', ' postgresql\t\u00a0sql ']) await finds(index, text, ['db-1'])
    for (const text of ['près', 'pres', 'PRÈS', 'pre\u0300s']) await finds(index, text, ['k8s-1'])
    await finds(index, 'crew', shelf.map(({ id }) => id))
    await finds(index, 'elephant', [])
  },
}

const beginnings: SearchCase = {
  name: 'a word of two letters and more stands for those that begin with it',
  law: '2',
  run: async (create) => {
    const index = await filled(create)
    await finds(index, 'po', ['db-1'])
    await finds(index, 'postgre data', ['db-1'])
    await finds(index, 'contai name', ['k8s-1'])
    await finds(index, 'gresql', [])
  },
}

const all: SearchCase = {
  name: 'all words are wanted, and some of them where nothing has all',
  law: '2',
  run: async (create) => {
    const index = await filled(create)
    await finds(index, 'crew kafka', ['mq-1'])
    await finds(index, 'kafka elephant', ['mq-1'])
    await finds(index, 'kafka secret', ['mq-1', 'vault-1'])
  },
}

const rank: SearchCase = {
  name: 'a name before a description, a whole word before a beginning',
  law: '3',
  run: async (create) => {
    const index = await filled(create, [
      aDocument('a-described', { name: 'Other', description: 'Gateway to whatever people order.' }), aDocument('b-named', { name: 'Gateway' }),
      aDocument('c-longer', { name: 'Gateways' }), aDocument('d-nothing'), aDocument('e-nothing'),
    ])
    const found = await idsOf(index, 'gateway')
    assert.equal(found[0], 'b-named')
    assert.deepEqual([...found].sort(), ['a-described', 'b-named', 'c-longer'])
    await index.update({ remove: ['b-named'], put: [aDocument('z-named', { name: 'Gateway' })] })
    assert.equal((await idsOf(index, 'gateway'))[0], 'z-named', 'the order of ids decides where the words should')
  },
}

const order: SearchCase = {
  name: 'the order does not depend on how the documents came in, and equals stand in the order of ids',
  law: '3',
  run: async (create) => {
    const documents = Array.from({ length: 30 }, (_, number) => aDocument(`item-${String(number).padStart(2, '0')}`, {
      name: number % 3 === 0 ? 'Network zone' : 'Zone', description: number % 2 === 0 ? 'A network of its own.' : 'Nothing much.', tags: number % 5 === 0 ? ['networking', 'network'] : [],
    }))
    const forwards = await filled(create, documents)
    const backwards = await filled(create, documents.toReversed())
    await backwards.update({ put: [...documents.slice(10, 20).map(({ id }) => aDocument(id, { name: 'Network' })), aDocument('more', { name: 'Network' })] })
    await backwards.update({ put: documents.slice(10, 20), remove: ['more'] })
    for (const text of ['zone', 'network', 'net zo', 'network zone', 'netwrok']) assert.deepEqual(await idsOf(backwards, text), await idsOf(forwards, text), `"${text}"`)
    const alike = await filled(create, ['c', 'a', 'd', 'b'].map((id) => aDocument(id, { name: 'Bucket' })))
    assert.deepEqual(await idsOf(alike, 'bucket'), ['a', 'b', 'c', 'd'])
  },
}

const typos: SearchCase = {
  name: 'one letter wrong, too much, missing or two swapped still finds the word',
  law: '4',
  run: async (create) => {
    const index = await filled(create)
    const misspelt = {
      'db-1': ['postgrasql', 'postgressql', 'postgrsql', 'postgrseql', 'databse', 'dtaabase', 'bacups'], 'mq-1': ['kafca', 'kafkaa', 'kafak', 'akfka'],
      'k8s-1': ['kubernets', 'kuberntees', 'namespcae', 'containerss'], 'vault-1': ['secert', 'sekret', 'sectet', 'credentails'],
    }
    for (const [id, texts] of Object.entries(misspelt)) for (const text of texts) await finds(index, text, [id])
  },
}

const onlyWhereNeeded: SearchCase = {
  name: 'a typo is assumed only where nothing has the word as it is written',
  law: '4',
  run: async (create) => {
    const index = await filled(create, [aDocument('a', { name: 'Topics' }), aDocument('b', { name: 'Tonic' }), aDocument('c', { description: 'Its topic is another.' }), aDocument('d', { name: 'Optic' })])
    await finds(index, 'topic', ['a', 'c'])
    await finds(index, 'tropic', ['c'])
  },
}

const filters: SearchCase = {
  name: 'filters hold for every hit, before anything is counted',
  law: '6',
  run: async (create) => {
    const { environments, ...everywhere } = aDocument('everywhere', { tags: ['blue'], owner: 'reds' })
    assert.equal(environments, undefined)
    const index = await filled(create, [
      everywhere, aDocument('production', { environments: ['production'], tags: ['blue', 'green'], owner: 'reds', category: 'databases' }),
      aDocument('staging', { environments: ['staging', 'test'], tags: ['green'], owner: 'greys' }), aDocument('nowhere', { environments: [], owner: 'greys' }),
    ])
    const cases = [
      [{}, ['everywhere', 'nowhere', 'production', 'staging']], [{ category: 'databases' }, ['production']], [{ owner: 'reds' }, ['everywhere', 'production']], [{ owner: 'red' }, []],
      [{ tags: ['blue'] }, ['everywhere', 'production']], [{ tags: ['blue', 'green'] }, ['production']], [{ environment: 'production' }, ['everywhere', 'production']],
      [{ environment: 'test' }, ['everywhere', 'staging']], [{ environment: 'test', tags: ['blue'] }, ['everywhere']],
    ] as const
    for (const [filter, ids] of cases) {
      await finds(index, 'thing', ids, { filter })
      assert.equal(await totalOf(index, 'thing', { filter, limit: 1 }), ids.length, JSON.stringify(filter))
      assert.equal((await completionsOf(index, 'th', { filter })).length, ids.length === 0 ? 0 : 1, `completions with ${JSON.stringify(filter)}`)
    }
  },
}

const pages: SearchCase = {
  name: 'pages put together are the whole, and the total counts all',
  law: '7',
  run: async (create) => {
    const index = await filled(create, Array.from({ length: 23 }, (_, number) => aDocument(`item-${number}`, { name: number % 2 === 0 ? 'Cache node' : 'Cache' })))
    const whole = await idsOf(index, 'cache')
    assert.equal(whole.length, 23)
    const seen: string[] = []
    for (let offset = 0; offset < 30; offset += 5) {
      seen.push(...await idsOf(index, 'cache', { offset, limit: 5 }))
      assert.equal(await totalOf(index, 'cache', { offset, limit: 5 }), 23)
    }
    assert.deepEqual(seen, whole)
  },
}

export const findingCases: readonly SearchCase[] = [updates, overlapping, words, beginnings, all, rank, order, typos, onlyWhereNeeded, filters, pages]
