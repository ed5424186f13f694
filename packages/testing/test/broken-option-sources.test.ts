import type { ApiSource, OptionCall, OptionVariables } from '@pao/core'
import { optionCall } from '@pao/core'
import { memoryOptionSource, memorySecrets } from '@pao/core/memory'
import type { OptionAnswer, OptionSource } from '@pao/core/ports'
import type { OptionPlace, OptionSourceFixture } from '@pao/testing'
import { optionSourceContract } from '@pao/testing'
import { refusesMutants } from './mutants.js'

const address = 'https://options.example'

const sources = (change: (sound: OptionSource, place: OptionPlace) => OptionSource = (sound) => sound) => async (): Promise<OptionSourceFixture> =>
  ({ at: async (place) => ({ address, source: change(memoryOptionSource(place.answer, memorySecrets(place.secrets)), place) }) })

const answering = (change: (answer: OptionAnswer) => OptionAnswer) => sources((sound) => ({ ask: async (question) => change(await sound.ask(question)) }))

const options = (change: (answer: Extract<OptionAnswer, { readonly kind: 'options' }>) => OptionAnswer) => answering((answer) => answer.kind === 'options' ? change(answer) : answer)

const plainUrl = ({ endpoint }: ApiSource, { fields }: OptionVariables): string => endpoint.replace(/\{\{fields\.name\}\}/g, () => String(fields['name'] ?? ''))

const order = 'options stand as the place gives them, with the values and labels of the paths'
const whole = 'a list that is longer than the limit is not complete, nor is one with an entry that has no value'
const inPlace = 'a value stays in its place of the address, whatever it holds'
const failing = 'a place that fails, and one that gives no list, is unavailable with a reason'
const secrecy = 'a secret goes into its header, and comes back nowhere'
const unknown = 'a secret that is not stored calls nobody'
const anew = 'what is asked again is asked of the place again'

refusesMutants(optionSourceContract, sources(), [
  { breaks: 'sorts the options', refusedBy: order, create: options((answer) => ({ ...answer, options: answer.options.toSorted((left, right) => String(left.value) < String(right.value) ? -1 : 1) })) },
  { breaks: 'makes a text of every value', refusedBy: order, create: options((answer) => ({ ...answer, options: answer.options.map(({ value, label }) => ({ value: String(value), label })) })) },
  { breaks: 'shows values for labels', refusedBy: order, create: options((answer) => ({ ...answer, options: answer.options.map(({ value }) => ({ value, label: String(value) })) })) },
  { breaks: 'calls every list complete', refusedBy: whole, create: options((answer) => ({ ...answer, complete: true })) },
  { breaks: 'puts values in as they are', refusedBy: inPlace, create: sources((_, place) => ({ ask: async ({ source, variables }) => {
    place.answer({ url: plainUrl(source, variables), method: 'GET', headers: {} } satisfies OptionCall)
    return { kind: 'options', options: [], complete: true }
  } })) },
  { breaks: 'takes dots for a name', refusedBy: inPlace, create: sources((sound, place) => ({ ask: async (question) => {
    if (question.variables.fields['name'] !== '..') return sound.ask(question)
    place.answer({ url: plainUrl(question.source, question.variables), method: 'GET', headers: {} })
    return { kind: 'options', options: [], complete: true }
  } })) },
  { breaks: 'makes an empty list of an outage', refusedBy: failing, create: answering((answer) => answer.kind === 'unavailable' ? { kind: 'options', options: [], complete: true } : answer) },
  { breaks: 'gives no reason', refusedBy: failing, create: answering((answer) => answer.kind === 'unavailable' ? { ...answer, reason: '' } : answer) },
  { breaks: 'shows what comes back', refusedBy: secrecy, create: sources((sound, place) => ({ ask: async (question) => {
    const answer = await sound.ask(question)
    return question.source.endpoint.endsWith('/list') && place.secrets['TOKEN'] !== undefined ? { kind: 'options', complete: true, options: [{ value: place.secrets['TOKEN'], label: 'x' }] } : answer
  } })) },
  { breaks: 'quotes the place that fails', refusedBy: secrecy, create: sources((sound, place) => ({ ask: async (question) => {
    const answer = await sound.ask(question)
    return answer.kind === 'unavailable' ? { ...answer, detail: JSON.stringify(place.secrets) } : answer
  } })) },
  { breaks: 'sends names of secrets for their values', refusedBy: secrecy, create: sources((_, place) => ({ ask: async ({ source, variables, at }) => {
    const rendered = optionCall(source, variables, {}, at)
    if ('call' in rendered) place.answer(rendered.call)
    return { kind: 'unavailable', reason: 'no' }
  } })) },
  { breaks: 'calls without its secret', refusedBy: unknown, create: sources((sound, place) => ({ ask: async (question) => {
    const answer = await sound.ask(question)
    if (answer.kind === 'unavailable') place.answer({ url: question.source.endpoint, method: 'GET', headers: {} })
    return answer
  } })) },
  { breaks: 'keeps answers', refusedBy: anew, create: sources((sound) => {
    let first: Promise<OptionAnswer> | undefined
    return { ask: (question) => first ??= sound.ask(question) }
  }) },
])
