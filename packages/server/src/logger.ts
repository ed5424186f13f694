import { pino } from 'pino'
import type { Logger } from '@pao/core/ports'
import type { Config } from './config.js'

const names: Readonly<Record<number, string>> = { 20: 'debug', 30: 'info', 40: 'WARN', 50: 'ERROR' }

interface Entry {
  readonly level: number
  readonly time: number
  readonly msg: string
  readonly err?: { readonly type?: string; readonly message?: string }
  readonly [fact: string]: unknown
}

const fact = ([name, value]: readonly [string, unknown]): string => `${name}=${typeof value === 'string' ? value : JSON.stringify(value)}`

/** One line for people: time, level, message and facts; of an error its message, without the stack. */
export const prettyLine = (json: string): string => {
  const { level, time, msg, err, ...facts } = JSON.parse(json) as Entry
  const cause = err === undefined ? [] : [`error=${JSON.stringify(err.message ?? err.type)}`]
  const clock = new Date(time).toISOString().slice(11, 19)
  return `${[clock, (names[level] ?? String(level)).padEnd(5), msg, ...Object.entries(facts).map(fact), ...cause].join(' ').replaceAll(/[\r\n]+/g, ' ')}\n`
}

/** The program's log on stderr: JSON lines, or one readable line each where somebody looks at a terminal. */
export const createLogger = ({ logLevel, logFormat }: Pick<Config, 'logLevel' | 'logFormat'>, terminal: boolean): Logger => {
  const pretty = logFormat === 'pretty' || (logFormat === 'auto' && terminal)
  const destination = pretty ? { write: (line: string) => { process.stderr.write(prettyLine(line)) } } : pino.destination({ dest: 2, sync: true })
  return pino({ level: logLevel, base: null, formatters: pretty ? {} : { level: (level) => ({ level }) } }, destination)
}
