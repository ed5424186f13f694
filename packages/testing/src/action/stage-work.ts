import type { VirtualClock } from '../virtual-clock.js'
import type { RunningExecution } from './action-execution.js'
import type { ActionProcess } from './action-process.js'
import { createWorldClock } from './world-clock.js'

/** What is under way at one moment of a run, and the clock that waits for it. */
export interface StageWork {
  readonly clock: VirtualClock
  /** Something has happened. */
  note(): void
  begin(execution: RunningExecution): void
  end(execution: RunningExecution): void
  /** What the action does now in this process. */
  current(process: ActionProcess): RunningExecution | undefined
  /** Whether anything of the action runs in a process that lives. */
  isRunning(): boolean
  /** A question to the vendor's fake: the clock stands still meanwhile. */
  asking<Answer>(work: () => Promise<Answer>): Promise<Answer>
  /** Something waits for virtual time. */
  holding<Value>(work: Promise<Value>): Promise<Value>
}

export const createStageWork = (patienceMs: number): StageWork => {
  const running = new Set<RunningExecution>()
  const asks = new Set<object>()
  /** Makes no progress in real time: the clock does not wait for it. */
  const stuck = new WeakSet<object>()
  let held = 0
  let progress = 0

  const note = (): void => { progress += 1 }
  const alive = (): readonly RunningExecution[] => [...running].filter(({ process }) => process.isAlive() && !process.isFrozen())
  const isBusy = (): boolean => [...asks].some((ask) => !stuck.has(ask)) || (held === 0 && alive().some((execution) => !stuck.has(execution)))
  const giveUp = (): void => { for (const work of [...asks, ...running]) stuck.add(work) }

  return {
    clock: createWorldClock({ isBusy, progress: () => progress, giveUp }, patienceMs),
    note,
    begin: (execution) => {
      running.add(execution)
      note()
    },
    end: (execution) => {
      running.delete(execution)
      note()
    },
    current: (process) => [...running].findLast((execution) => execution.process === process),
    isRunning: () => alive().length > 0,
    asking: async (work) => {
      const ask = {}
      asks.add(ask)
      try {
        return await work()
      } finally {
        asks.delete(ask)
        note()
      }
    },
    holding: async (work) => {
      held += 1
      try {
        return await work
      } finally {
        held -= 1
        note()
      }
    },
  }
}
