import type { LogLevel, StepLog } from '../action/action.js'
import type { Instant, Json } from '../json.js'
import type { LogLine } from '../ports/request-store.js'
import type { Redactor } from '../redactor.js'
import { storable, storableText } from './storable.js'

/** Bounds of one execution (spec/machine.md, log bounds): then one line that says so. */
const MOST_LINES = 10_000
const MOST_BYTES = 1024 * 1024
const LONGEST_MESSAGE = 16 * 1024

/** Log lines of one execution between two writes. */
export interface StepLogBuffer {
  readonly log: StepLog
  /** Lines not yet taken; they belong to the caller then. */
  take(): readonly LogLine[]
  /** Puts lines back that could not be written, in front of newer ones. */
  giveBack(lines: readonly LogLine[]): void
}

/** A log line that cannot be kept whole must not break the work that it tells of. */
const dataOf = (data: unknown, redactor: Redactor): Json | undefined => {
  try {
    return data === undefined ? undefined : redactor.json(storable(data))
  } catch {
    return '(data that cannot be written as JSON)'
  }
}

const textOf = (message: unknown): string => {
  try {
    return String(message)
  } catch {
    return '(a message that is no text)'
  }
}

export const createStepLogBuffer = (options: {
  readonly step: string
  readonly iteration: number
  readonly execution: number
  readonly redactor: Redactor
  readonly now: () => Instant
}): StepLogBuffer => {
  const { step, iteration, execution, redactor, now } = options
  let lines: LogLine[] = []
  let written = 0
  let bytes = 0

  const add = (level: LogLevel, message: unknown, data?: unknown): void => {
    if (written > MOST_LINES || bytes > MOST_BYTES) return
    const kept = dataOf(data, redactor)
    // Made storable again: a cut may go through the middle of a character.
    const text = storableText(redactor.text(storableText(textOf(message))).slice(0, LONGEST_MESSAGE))
    written += 1
    bytes += text.length + (kept === undefined ? 0 : JSON.stringify(kept).length)
    const full = written > MOST_LINES || bytes > MOST_BYTES
    lines.push({
      step, iteration, execution, at: now(), level: full ? 'warn' : level,
      message: full ? `log bound reached (${MOST_LINES} lines, ${MOST_BYTES} bytes): the rest of this execution is not kept` : text,
      ...(kept === undefined || full ? {} : { data: kept }),
    })
  }

  const at = (level: LogLevel) => (message: string, data?: Json): void => { add(level, message, data) }
  return {
    log: { debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') },
    take: () => {
      const taken = lines
      lines = []
      return taken
    },
    giveBack: (back) => { lines = [...back, ...lines] },
  }
}
