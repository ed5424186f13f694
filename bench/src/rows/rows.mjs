import { documentComparisons, measureDocuments } from './documents.mjs'
import { engineComparisons } from './engine-comparisons.mjs'
import { measureEngines } from './engines.mjs'
import { measureRendering, renderingComparisons } from './rendering.mjs'
import { measureSearch, searchComparisons } from './search.mjs'
import { measureStarts, startComparisons } from './starts.mjs'
import { measureStatus, statusComparisons } from './status.mjs'

/** What is measured, in order: `names` are those of `--only`, `measure` takes the samples, `compare` says what they are. */
export const rows = [
  { names: ['in-process', 'idle', 'http'], measure: measureEngines, compare: engineComparisons },
  { names: ['status'], measure: measureStatus, compare: statusComparisons },
  { names: ['rendering'], measure: measureRendering, compare: renderingComparisons },
  { names: ['documents'], measure: measureDocuments, compare: documentComparisons },
  { names: ['search'], measure: measureSearch, compare: searchComparisons },
  { names: ['starts'], measure: measureStarts, compare: startComparisons },
]
