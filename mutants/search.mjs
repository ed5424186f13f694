const adapter = 'packages/adapters-minisearch/src'
const server = 'packages/server/src'
const contract = 'packages/adapters-minisearch/test/contract.test.ts'
const queries = 'packages/adapters-minisearch/test/queries.test.ts'
const routes = 'packages/server/test/catalog-search.test.ts'
const misspelt = 'packages/server/test/catalog-search-misspelt.test.ts'
const hidden = 'what a viewer may not see is no hit, is not counted and completes nothing'

/** Who finds what, and what is told of it. */
export default {
  area: 'search',
  title: 'Search',
  mutants: [
    { id: 'search-audience', defence: 'what a caller may not see is no hit, counts in no total and completes nothing', file: `${adapter}/mini-search-index.ts`, find: 'engine.search(stage(), { filter })', replace: 'engine.search(stage(), {})', by: [contract, hidden] },
    { id: 'search-remembered', defence: 'what is remembered of who may see what is forgotten when a document changes', file: `${adapter}/mini-search-index.ts`, find: '    admission.forget()\n', replace: '', by: [contract, 'an update is seen whole, and touches nothing else'] },
    { id: 'search-kinds', defence: 'callers of different teams are not taken for one another', file: `${adapter}/admission.ts`, find: '[...teams].sort()', replace: 'true', by: [contract, hidden] },
    { id: 'search-ties', defence: 'the order of hits is the same in every process', file: `${adapter}/mini-search-index.ts`, find: '      settleTies(hits, { end: offset + limit, idOf: (hit) => documentOf(hit).id })\n', replace: '', by: [contract, 'the order does not depend on how the documents came in, and equals stand in the order of ids'] },
    { id: 'search-bound', defence: 'the words of a query are bounded', file: `${adapter}/query-plan.ts`, find: 'const MOST_WORDS = 12', replace: 'const MOST_WORDS = 13', by: [contract, 'the first twelve words count, and no others'] },
    { id: 'search-swaps', defence: 'two neighbours that are swapped are one slip', file: `${adapter}/query-plan.ts`, find: 'any(swaps(term), { ...likely(0.8), prefix: isBeginning })', replace: 'any([])', by: [contract, 'one letter wrong, too much, missing or two swapped still finds the word'] },
    { id: 'search-updates', defence: 'updates take effect one after the other', file: `${adapter}/mini-search-index.ts`, find: 'latest.then(() => apply(steps))', replace: 'apply(steps)', by: [contract, 'overlapping updates take effect in the order of their calls'] },
    { id: 'search-copy', defence: 'what was passed to the index may change afterwards', file: `${adapter}/mini-search-index.ts`, find: 'added.map(copyOf)', replace: '[...added]', by: [contract, 'what was passed and given may change without the index'] },
    { id: 'search-apart', defence: 'a word that was written apart and misspelt is found', file: `${adapter}/query-plan.ts`, find: ', ...wholeWord(chunks)]', replace: '].concat(wholeWord([]))', by: [misspelt, 'reg istri'] },
    { id: 'search-filter', defence: 'filters hold for every hit', file: `${adapter}/admits.ts`, find: 'return (document) => seen(document) && fits(document)', replace: 'return (document) => seen(document) && (fits(document) || true)', by: [contract, 'filters hold for every hit, before anything is counted'] },
    { id: 'search-all-tags', defence: 'a document has all the tags that are asked for', file: `${adapter}/admits.ts`, find: 'tags.every((tag)', replace: 'tags.some((tag)', by: [contract, 'filters hold for every hit, before anything is counted'] },
    { id: 'search-typos', defence: 'a wrong letter still finds the word', file: `${adapter}/query-plan.ts`, find: '(term.length < 4 || term.length > LONGEST_MISSPELT', replace: '(term.length < 40 || term.length > LONGEST_MISSPELT', by: [contract, 'one letter wrong, too much, missing or two swapped still finds the word'] },
    { id: 'search-as-written', defence: 'a typo is assumed only where nothing has the word as it is written', file: `${adapter}/query-plan.ts`, find: '  () => all(chunks.map((chunk) => together(chunk, (term) => term)), asWritten),\n', replace: '', by: [contract, 'a typo is assumed only where nothing has the word as it is written'] },
    { id: 'search-beginnings', defence: 'a word of two letters and more stands for those that begin with it', file: `${adapter}/query-plan.ts`, find: 'const SHORTEST_BEGINNING = 2', replace: 'const SHORTEST_BEGINNING = 3', by: [contract, 'a word of two letters and more stands for those that begin with it'] },
    { id: 'search-some-words', defence: 'where nothing has all words, some of them count', file: `${adapter}/query-plan.ts`, find: '    ...chunks.flat().map(misspelt),\n', replace: '', by: [contract, 'all words are wanted, and some of them where nothing has all'] },
    { id: 'search-letters', defence: 'the length of a query is bounded', file: `${adapter}/query-plan.ts`, find: 'text.slice(0, MOST_LETTERS).split', replace: 'text.split', by: [queries, 'a query of any length is read to its thousandth letter'] },
    { id: 'search-swap-length', defence: 'a pasted key is not tried with each two letters swapped', file: `${adapter}/query-plan.ts`, find: 'if (letters.length < 3 || letters.length > LONGEST_MISSPELT) return []', replace: 'if (letters.length < 3) return []', by: [queries, 'a pasted key is looked for as it is'] },
    { id: 'search-accents', defence: 'accents do not matter', file: `${adapter}/words.ts`, find: ".replace(/\\p{M}/gu, '')", replace: '', by: [contract, 'a document is found by the words of each of its fields, in any order, case and accent'] },
    { id: 'search-compounds', defence: 'words that stand together are found written as one', file: `${adapter}/words.ts`, find: 'if (parts.length > 1 && parts.length <= MOST_PARTS) compounds.push', replace: 'if (parts.length > 100) compounds.push', by: [queries, 'words that stand together are found written as one'] },
    { id: 'search-slots', defence: 'what was removed is not found', file: `${adapter}/mini-search-index.ts`, find: 'if (entry !== undefined) engine.remove(entry)', replace: 'if (entry === undefined) return', by: [contract, 'an update is seen whole, and touches nothing else'] },
    { id: 'search-highlight-parts', defence: 'of a word and its parts the parts are highlighted', file: `${adapter}/highlights.ts`, find: 'other !== word && other.start >= word.start && other.end <= word.end', replace: 'other === undefined', by: [contract, 'highlights are positions of the words that were found'] },
    { id: 'search-highlight-words', defence: 'a part of another word is not highlighted', file: `${adapter}/highlights.ts`, find: 'if (!isWordSign(lower, start - 1) && !isWordSign(lower, end)) places', replace: 'if (end > 0) places', by: [queries, 'a part of another word is not highlighted'] },
    { id: 'search-completions', defence: 'completions go on where the text ends', file: `${adapter}/completions.ts`, find: 'term.startsWith(last) && term !== last', replace: 'term !== last', by: [contract, 'completions go on where the text ends, each once and each with a hit'] },
    { id: 'search-checked', defence: 'an index that finds what it should not shows it to nobody', file: `${server}/find-items.ts`, find: 'item !== undefined && isVisibleTo(item, query.viewer)', replace: 'item !== undefined', by: [routes, 'is not shown by an index that finds it all the same'] },
    { id: 'search-outage', defence: 'an index that fails leaves a plain search', file: `${server}/find-items.ts`, find: '    return plainly(current(), query)\n  }\n}', replace: '    throw error\n  }\n}', by: [routes, 'one that fails is left out for a while'] },
    { id: 'search-retried', defence: 'changes that the index did not take are told to it again', file: `${server}/indexed-catalog.ts`, find: '    const { changed, removed } = catalogChanges(known, next)\n', replace: '    const { changed, removed } = catalogChanges(known, next)\n    known = next\n', by: [routes, 'one that fails is left out for a while'] },
    { id: 'search-rare', defence: 'a text that was asked once or twice is not told', file: `${server}/search-counts.ts`, find: 'queries >= TOLD_FROM', replace: 'queries >= 1', by: [routes, 'queries, empty answers and orders that followed'] },
    { id: 'search-counts', defence: 'what is searched for is told to platform teams alone', file: `${server}/routes/catalog-search.ts`, find: 'isAdministrator(person) || person.roles.includes(\'platform\')', replace: 'person.id !== \'\'', by: [routes, 'without an id of anybody, and for platform teams alone'] },
    { id: 'search-cursor', defence: 'a cursor of another search is refused', file: `${server}/routes/catalog-search.ts`, find: 'of === mark && ', replace: '', by: [routes, 'a cursor of another search is refused'] },
  ],
}
