import { readFileSync } from 'node:fs'

/** Linux counts in hundredths of a second, on every processor that Node runs on. */
const TICK_MS = 10

/** User and system time of a process so far, in milliseconds; 0 for one that has ended. Linux only. */
export const processCpu = (pid) => {
  try {
    // The name, in parentheses, may hold spaces.
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1).split(' ')
    return (Number(fields[11]) + Number(fields[12])) * TICK_MS
  } catch (error) {
    if (error.code === 'ENOENT' || error.code === 'ESRCH') return 0
    throw error
  }
}
