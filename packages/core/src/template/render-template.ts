import type { Json } from '../json.js'
import { limits } from './limits.js'
import { chargeSize, createRun } from './frame.js'
import type { Frame, Run } from './frame.js'
import { finishText } from './finish-text.js'
import type { TemplateIssue, TemplateIssueCode } from './template-issue.js'
import type { Rendered, Template } from './template.js'
import type { Generated, Variables } from './variables.js'

/** Renders. The same arguments always give the same answer. `value` is a text, except for target `value`. */
export function renderTemplate(template: Template, variables: Variables, generated: Generated): Rendered {
  const run = createRun(generated)
  const frame: Frame = { run, variables, self: undefined, up: undefined, key: undefined, index: 0, first: false, last: false }
  try {
    return template.code.native ? renderNative(template, frame) : renderText(template, frame)
  } catch (error) {
    // The engine's own answer to values that nest thousands deep, or to a text longer than it can hold.
    if (error instanceof RangeError) return failure(template, 'budget', 'the values are too large or nest too deeply to be rendered')
    throw error
  }
}

function renderNative(template: Template, frame: Frame): Rendered {
  const value = template.code.native?.(frame)
  if (typeof value === 'string') chargeSize(frame.run, value.length)
  return answer(frame.run, value ?? null)
}

function renderText(template: Template, frame: Frame): Rendered {
  const { run } = frame
  const text = template.code.write(frame)
  if (run.failure) return { ok: false, issue: run.failure }
  if (text.length > limits.output) return failure(template, 'budget', `the rendering needs more than ${limits.output} characters of output`)
  const finished = finishText(template.target, text)
  return 'text' in finished ? answer(run, finished.text) : failure(template, 'unsafe-value', finished.problem)
}

const answer = (run: Run, value: Json): Rendered => (run.failure ? { ok: false, issue: run.failure } : { ok: true, value })

function failure(template: Template, code: TemplateIssueCode, message: string): Rendered {
  const issue: TemplateIssue = { code, severity: 'error', message, offset: 0, end: template.source.length }
  return { ok: false, issue }
}
