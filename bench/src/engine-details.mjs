import { engines } from './engines/engines.mjs'

const candidates = [...engines.map(({ name, title }) => [name, title]), ['http', 'PAO over HTTP']]

const text = (samples, name, load, figure, digits) => {
  const value = samples.figure(name, load, figure)?.median
  return value === undefined || Number.isNaN(value) ? '–' : value.toLocaleString('en', { minimumFractionDigits: digits, maximumFractionDigits: digits })
}

export const detailHead = [
  'medians', 'requests/s at 16', 'at 64', 'at 256', 'backlog', 'commits at 16', 'at 64', 'at 256', 'idle', 'WAL KB at 64', 'CPU ms at 64', 'of PostgreSQL', 'p50 ms at 64', 'p99', 'idle p50 ms', 'p99',
]

const cells = [
  ...['16', '64', '256', 'backlog'].map((load) => [load, 'perSecond', 0]),
  ...['16', '64', '256', 'idle'].map((load) => [load, 'commits', 3]),
  ['64', 'walKb', 1], ['64', 'cpuMs', 3], ['64', 'databaseCpuMs', 3], ['64', 'p50', 1], ['64', 'p99', 1], ['idle', 'p50', 2], ['idle', 'p99', 2],
]

/** Every engine by itself, one line each. */
export const detailRows = (samples) => candidates
  .filter(([name]) => samples.has(name, '64') || samples.has(name, 'idle'))
  .map(([name, title]) => [title, ...cells.map(([load, figure, digits]) => text(samples, name, load, figure, digits))])
