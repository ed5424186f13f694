import type { LogLine } from '../ports/request-store.js'
import type { LogQuery, StepLogs } from '../ports/step-logs.js'
import { frozenCopy } from './frozen-copy.js'
import type { MemoryState } from './memory-state.js'
import { holdsClaim } from './memory-state.js'

const levels: readonly LogLine['level'][] = ['debug', 'info', 'warn', 'error']

const read = (state: MemoryState, { requestId, step, level = 'debug', limit, after }: LogQuery) => {
  const behind = after !== undefined && /^\d+$/.test(after) ? Number(after) : -1
  const found = (state.logs.get(requestId) ?? []).map((line, position) => ({ line, position }))
    .filter(({ line, position }) => position > behind && (step === undefined || line.step === step) && levels.indexOf(line.level) >= levels.indexOf(level))
  const page = found.slice(0, limit)
  const last = page.at(-1)
  return { lines: page.map(({ line }) => line), ...(found.length > limit && last !== undefined ? { next: String(last.position) } : {}) }
}

/** Port StepLogs in memory. */
export const memoryStepLogs = (state: MemoryState): StepLogs => ({
  append: async (requestId, lines, { owner, epoch }) => {
    if (!holdsClaim(state.rows.get(requestId), owner, epoch)) return
    state.logs.set(requestId, [...(state.logs.get(requestId) ?? []), ...frozenCopy(lines)])
  },
  read: async (query) => read(state, query),
})
