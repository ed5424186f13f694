import { type OptionCall, optionCall, secretsRead } from '../form/data-source/option-call.js'
import { readOptions } from '../form/data-source/option-list.js'
import { createRedactor } from '../redactor.js'
import type { Json, JsonObject } from '../json.js'
import type { OptionAnswer, OptionSource } from '../ports/option-source.js'
import type { SecretSource } from '../ports/secret-source.js'

/** What an address answers; undefined: it does not answer. */
export type MemoryAnswers = (call: OptionCall) => Json | undefined

/** Port OptionSource over answers that the caller has: nothing leaves the process. */
export const memoryOptionSource = (answers: MemoryAnswers, secrets: SecretSource): OptionSource => ({
  ask: async ({ source, variables, at }): Promise<OptionAnswer> => {
    const redactor = createRedactor()
    const values: Record<string, string> = {}
    for (const name of secretsRead(source)) {
      const value = await secrets.get(name)
      if (value === undefined) return { kind: 'unavailable', reason: 'a secret that it needs is not stored', detail: `there is no secret named ${name}` }
      redactor.add(value)
      values[name] = value
    }
    const rendered = optionCall(source, variables, values satisfies JsonObject, at)
    if ('problem' in rendered) return { kind: 'unavailable', reason: 'its address cannot be put together', detail: redactor.text(rendered.problem) }
    const answer = answers(rendered.call)
    if (answer === undefined) return { kind: 'unavailable', reason: 'it does not answer' }
    const read = readOptions(redactor.json(answer), source)
    return 'problem' in read ? { kind: 'unavailable', reason: read.problem } : { kind: 'options', ...read }
  },
})
