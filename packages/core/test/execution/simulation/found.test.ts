import { expect, test } from 'vitest'
import { check } from './report.js'
import type { Scenario } from './scenario.js'

const nothing = { findable: false, runs: [], others: [] } as const

/** What the simulation has found, as data: what a seed means changes with the generator. */
const found: Readonly<Record<string, Scenario>> = {
  'a process that sleeps while its secrets are opened does not call when it wakes up without the request': {
    seed: 16030, item: 137, blind: false, pollMs: 2_000, steps: [nothing, { ...nothing, others: ['busy', 'lost'] }, { ...nothing, others: ['ok'] }],
    submissions: [{ at: 648, process: 0, person: 2, careless: false, givesUp: false }],
    faults: [{ method: 'cipher.open', call: 1, fault: { kind: 'freeze-after', ms: 7_500 } }], acts: [{ at: 5_265, what: 'cancel-and-undo', process: 2 }],
  },
  'what a compensation took back without an answer is made anew under a new key': {
    seed: 13977, item: 126, blind: false, pollMs: 2_000, steps: [{ ...nothing, findable: true, others: ['ok', 'busy'] }, nothing, nothing],
    submissions: [{ at: 2_037, process: 2, person: 2, careless: false, givesUp: false, plan: { limit: 3, chained: false, onFailure: 'compensate', approvals: 0 } }],
    faults: [{ method: 'requests.commit', call: 3, fault: { kind: 'die-before' } }, { method: 'requests.commit', call: 5, fault: { kind: 'die-before' } }],
    acts: [{ at: 12_452, what: 'cancel-and-undo', process: 0 }],
  },
  'a fallback that waits for what it has made is carried on, though its primary has come right meanwhile': {
    seed: 112954, item: 163, blind: false, pollMs: 2_000,
    steps: [{ findable: true, runs: ['parks-for-signal'], others: ['refused', 'refused'] }, { findable: true, runs: ['parks-for-signal'], others: [] }, { ...nothing, findable: true }],
    submissions: [{ at: 543, process: 0, person: 0, careless: false, givesUp: false, plan: { limit: 2, chained: true, onFailure: 'keep', approvals: 0 } }],
    faults: [], acts: [{ at: 8_974, what: 'cancel-and-undo', process: 3 }],
  },
  'a step that runs again waits for what stands before it and is still looked into': {
    seed: 1095981, item: 529, blind: false,
    steps: [{ ...nothing, runs: ['garbage'], others: ['lost', 'refused'] }, { ...nothing, runs: ['busy', 'unsent'], others: ['ok', 'ok'] }, nothing],
    submissions: [{ at: 2_660, process: 2, person: 0, careless: false, givesUp: false }],
    faults: [], acts: [{ at: 5_734, what: 'retry', process: 1 }, { at: 8_563, what: 'cancel-and-undo', process: 2 }, { at: 18_610, what: 'retry-redo', process: 3 }],
  },
  'a step that runs again waits for what stands before it and was taken back': {
    seed: 222830, item: 810, blind: false, pollMs: 2_000,
    steps: [{ ...nothing, others: ['refused', 'ok'] }, { findable: true, runs: ['slow'], others: [] }, { findable: true, runs: [], others: ['lost'] }],
    submissions: [{ at: 1_953, process: 2, person: 2, careless: false, givesUp: false }],
    faults: [{ method: 'requests.commit', call: 3, fault: { kind: 'freeze-before', ms: 18_000 } }, { method: 'requests.commit', call: 1, fault: { kind: 'die-after' } }],
    acts: [{ at: 17_322, what: 'cancel-and-undo', process: 0 }],
  },
}

for (const [name, scenario] of Object.entries(found)) test(name, async () => { expect(await check(scenario)).toEqual([]) })
