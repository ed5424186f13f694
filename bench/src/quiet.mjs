import { readFileSync } from 'node:fs'
import { cpus } from 'node:os'
import { setTimeout as sleep } from 'node:timers/promises'

/** Share of the machine's processor time that has to be idle for a sample to begin. */
const QUIET = 0.85

/** Milliseconds over which idleness is measured. */
const WINDOW_MS = 500

const fromProc = () => {
  const [user, nice, system, idle, iowait, irq, softirq, steal] = readFileSync('/proc/stat', 'utf8').split('\n')[0].trim().split(/\s+/).slice(1, 9).map(Number)
  return { idle: idle + iowait, total: user + nice + system + idle + iowait + irq + softirq + steal }
}

const fromOs = () => cpus().reduce(({ idle, total }, { times }) => ({
  idle: idle + times.idle, total: total + times.user + times.nice + times.sys + times.idle + times.irq,
}), { idle: 0, total: 0 })

/** What other machines take from this one (steal) is only told by Linux. */
const processorTimes = process.platform === 'linux' ? fromProc : fromOs

const idleShare = async () => {
  const before = processorTimes()
  await sleep(WINDOW_MS)
  const after = processorTimes()
  return after.total === before.total ? 1 : (after.idle - before.idle) / (after.total - before.total)
}

/** Waits until the machine is idle, at most so long. Answers how idle it was at last, and whether that is enough. */
export const waitForQuiet = async (maxMs) => {
  const until = performance.now() + maxMs
  let idle = await idleShare()
  while (idle < QUIET && performance.now() < until) idle = await idleShare()
  return { idle, quiet: idle >= QUIET }
}

/** Counts the samples that began on a machine that was not quiet. */
export const createQuietWatch = (maxMs) => {
  const disturbed = []
  let samples = 0
  return {
    before: async () => {
      samples += 1
      const { idle, quiet } = await waitForQuiet(maxMs)
      if (!quiet) disturbed.push(idle)
    },
    /** One line for people. */
    describe: () => disturbed.length === 0
      ? `the machine was quiet before each of ${samples} samples`
      : `the machine was NOT quiet before ${disturbed.length} of ${samples} samples (${Math.round(Math.min(...disturbed) * 100)} % idle at worst): believe ratios and commits, not speeds`,
  }
}
