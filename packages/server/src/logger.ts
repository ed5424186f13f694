import { pino } from 'pino'
import type { Logger } from '@pao/core/ports'
import type { Config } from './config.js'

const names: Readonly<Record<number, string>> = { 20: 'debug', 30: 'info', 40: 'WARN', 50: 'ERROR' }

interface LoggedError { readonly type?: string; readonly message?: string }

interface Entry {
  readonly level: number
  readonly time: number
  readonly msg: string
  readonly err?: LoggedError
  readonly error?: LoggedError | string
  readonly [fact: string]: unknown
}

const fact = ([name, value]: readonly [string, unknown]): string => `${name}=${typeof value === 'string' ? value : JSON.stringify(value)}`

const textOf = (error: LoggedError | string): string => JSON.stringify(typeof error === 'string' ? error : error.message ?? error.type ?? error)

/** What breaks a line, or tells a terminal to do something. */
const CONTROL = /[\u0000-\u001f\u007f-\u009f\u2028\u2029]+/g

/** One line for people: time, level, message and facts; of an error its message, without the stack. */
export const prettyLine = (json: string): string => {
  const { level, time, msg, err, error = err, ...facts } = JSON.parse(json) as Entry
  const cause = error === undefined ? [] : [`error=${textOf(error)}`]
  const clock = new Date(time).toISOString().slice(11, 19)
  return `${[clock, (names[level] ?? String(level)).padEnd(5), msg, ...Object.entries(facts).map(fact), ...cause].join(' ').replaceAll(CONTROL, ' ')}\n`
}

const toStderr = (): ((line: string) => void) => {
  const stderr = pino.destination({ dest: 2, sync: true })
  return (line) => { stderr.write(line) }
}

/** What cannot be read, as a getter that throws, costs its entry the fields and nobody else anything. */
const unfailing = (logger: Logger): Logger => {
  const say = (level: keyof Logger): Logger[keyof Logger] => (fields, message) => {
    try {
      logger[level](fields, message)
    } catch (error) {
      logger[level]({ unreadable: error instanceof Error ? error.message : String(error) }, message)
    }
  }
  return { debug: say('debug'), info: say('info'), warn: say('warn'), error: say('error') }
}

/** The program's log on stderr: JSON lines, or one readable line each where somebody looks at a terminal. */
export const createLogger = ({ logLevel, logFormat }: Pick<Config, 'logLevel' | 'logFormat'>, terminal: boolean, write: (line: string) => void = toStderr()): Logger => {
  const pretty = logFormat === 'pretty' || (logFormat === 'auto' && terminal)
  const formatters = pretty ? {} : { level: (level: string) => ({ level }) }
  return unfailing(pino({ level: logLevel, base: null, formatters, serializers: { error: pino.stdSerializers.err } }, { write: pretty ? (line) => { write(prettyLine(line)) } : write }))
}
