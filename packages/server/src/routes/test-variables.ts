import type { Context } from 'hono'
import { testConfigVariables, testItemVariables } from '@pao/core'
import type { FreeConfig, LoadedItem, Person, VariableSamples } from '@pao/core'
import type { JsonObject } from '@pao/core/action'
import type { Answer, Call } from '../answer.js'
import { reply } from '../answer.js'
import { asCaller } from '../caller.js'
import type { ApiDependencies } from '../dependencies.js'
import { readJsonObject } from '../json-body.js'
import { members } from '../members.js'
import type { Members } from '../members.js'
import { problem } from '../problem.js'
import type { Problem } from '../problem.js'
import { post } from './route.js'
import type { Route } from './route.js'
import { readSubject, subjectMembers } from './subject-item.js'

const targets = ['text', 'json', 'url', 'header', 'path', 'value'] as const
const known = [...subjectMembers, 'step', 'template', 'target', 'config', 'action', 'fields', 'output', 'env', 'environment']

type Dependencies = Pick<ApiDependencies, 'catalog' | 'authenticator' | 'now'>

const readFree = ({ catalog }: Dependencies, read: Members): FreeConfig | undefined => {
  const [template, config, targetName, actionName] = [read.text('template', { maxLength: 65_536 }), read.object('config'), read.text('target'), read.text('action')]
  const target = targets.find((one) => one === targetName)
  if (targetName !== undefined && target === undefined) read.refuse('target', 'enum', `"target" is one of ${targets.join(', ')}.`)
  const action = actionName === undefined ? undefined : catalog.current().options.actions.get(actionName)
  if (actionName !== undefined && action === undefined) read.refuse('action', 'enum', `There is no installed action "${actionName}".`)
  if (actionName !== undefined && config === undefined) read.refuse('action', 'conflict', '"action" goes with "config": it decides how the values are written.')
  if (template !== undefined && config !== undefined) read.refuse('template', 'conflict', 'Send "template", one text, or "config": not both.')
  const tested = template ?? config
  return tested === undefined ? undefined : { config: tested, ...(action === undefined ? {} : { action }), ...(target === undefined ? {} : { target }) }
}

const readSamples = (read: Members, caller: Person, call: Call): VariableSamples => {
  const environment = read.text('environment', { maxLength: 64 })
  return {
    fields: read.object('fields') ?? {}, output: read.object('output') ?? {}, env: read.object('env') ?? {}, caller, correlationId: call.correlationId, at: call.at,
    ...(environment === undefined ? {} : { environment }),
  }
}

const checkStep = (read: Members, step: string | undefined, subject: LoadedItem | undefined, free: FreeConfig | undefined): void => {
  if (step !== undefined && free !== undefined) read.refuse('step', 'conflict', 'Name a step of the item, or send a template or a config: not both.')
  const steps = subject?.steps.map(({ definition }) => definition.id) ?? []
  if (step !== undefined && !steps.includes(step)) read.refuse('step', 'enum', `There is no step "${step.slice(0, 64)}"${steps.length === 0 ? '' : `; there are ${steps.slice(0, 20).join(', ')}`}.`)
  if (subject === undefined && free === undefined && read.problems.length === 0) read.refuse('itemId', 'required', 'Send "template" or "config", or say which item it is about.')
}

const test = (dependencies: Dependencies, body: JsonObject, person: Person, call: Call): Answer => {
  const read = members(body, known)
  const subject = readSubject(dependencies.catalog, person, read, body)
  if (subject !== undefined && 'code' in subject) return subject
  const [free, samples, step] = [readFree(dependencies, read), readSamples(read, person, call), read.text('step', { maxLength: 130 })]
  checkStep(read, step, subject, free)
  const refused: Problem | undefined = read.problems.length === 0 ? undefined : problem('VALIDATION_ERROR', 'The body is not valid.', { errors: read.problems })
  if (refused !== undefined) return refused
  if (free !== undefined) return reply(200, testConfigVariables(free, samples, subject))
  return subject === undefined ? problem('VALIDATION_ERROR', 'The body names no item.') : reply(200, testItemVariables(subject, samples, step))
}

/** What templates give with sample values. Nothing is written, called or looked up: process variables and outputs are those of the body, secrets a mask. */
export const testVariablesRoutes = (dependencies: Dependencies): readonly Route[] => [
  post('/test/variables', asCaller(dependencies.authenticator)(async (context: Context, person, call) => {
    const read = await readJsonObject(context.req.raw)
    return 'kind' in read ? read : test(dependencies, read.body, person, call)
  })),
]
