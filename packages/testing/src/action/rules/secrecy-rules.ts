import assert from 'node:assert/strict'
import type { AnyAction } from '@pao/core/action'
import { notApplicable } from '../../contract.js'
import type { ActionCase, ActionWorld } from '../action-world.js'
import type { Interrupt } from '../action-point.js'
import { canaryOf, declaredSecrets } from '../played.js'
import type { Played } from '../played.js'
import type { ActionRun } from '../run-action.js'
import type { ActionRule } from '../subject.js'

/** Everything that is stored, or shown to people. */
const writtenBy = ({ request, history, log, programLog, checkpoints, view, failure, references, answer }: ActionRun): readonly (readonly [string, string])[] =>
  Object.entries({ request, history, log, programLog, checkpoints: [...checkpoints], 'API answer': view, failure, references, answer })
    .map(([where, value]) => [where, JSON.stringify(value ?? null)] as const)

const decoded = (text: string): string => Buffer.from(text, 'base64').toString('utf8')

/** Spellings of a secret that left in a header: `Basic` hides it in another one. */
const spellingsOf = (secret: string, { calls }: ActionRun): readonly string[] => {
  const sent = calls.flatMap(({ headers }) => Object.values(headers)).flatMap((value) => value.split(/[\s,;]+/))
  const hidden = sent.filter((part) => part.length >= 8 && !part.includes(secret) && decoded(part).includes(secret))
  const bytes = Buffer.from(secret)
  return [...new Set([secret, encodeURIComponent(secret), bytes.toString('base64').replace(/=+$/, ''), bytes.toString('hex'), ...hidden])]
}

const assertSecret = ({ run }: Played, secrets: readonly string[], what: string): void => {
  for (const secret of secrets) {
    for (const spelling of spellingsOf(secret, run)) {
      for (const [where, text] of writtenBy(run)) assert.ok(!text.includes(spelling), `${what}: a secret stands in the ${where} of the step`)
    }
  }
}

/** A vendor that gives back what it was sent, in every member in which vendors explain themselves. */
const echoes = (secrets: readonly string[], status: number): Interrupt => {
  const text = `you sent ${secrets.join(' and ')}`
  const body = { message: text, detail: text, error: text, error_description: text, title: text, errorMessages: [text], errors: { field: text } }
  return ({ port, when, mode }) => port === 'http' && when === 'after' && mode !== undefined ? { answer: { status, headers: { 'retry-after': text }, body } } : undefined
}

const valuesOf = (action: AnyAction, world: ActionWorld | undefined, given: ActionCase): readonly string[] =>
  declaredSecrets(action, given.config).map((name) => world?.secrets?.[name] ?? canaryOf(name))

const noLeak: ActionRule = {
  name: 'no secret is kept or shown',
  law: 'a secret canary appears in no journal, log, event, error, API answer or audit row',
  run: async ({ action, cases, play }) => {
    let any = false
    for (const given of cases) {
      let secrets: readonly string[] = []
      const seen = async (run: ActionRun, world: ActionWorld): Promise<ActionRun> => {
        secrets = valuesOf(action, world, given)
        return run
      }
      assertSecret(await play(given, { then: seen }), secrets, given.title)
      if (secrets.length === 0) continue
      any = true
      for (const status of [200, 401, 422, 500]) {
        assertSecret(await play(given, { interrupt: echoes(secrets, status), once: true }), secrets, `${given.title}: a vendor that answers ${status} with what it was sent`)
      }
    }
    if (!any) throw notApplicable('it asks for no secret')
  },
}

/** What must not be seen. */
export const secrecyRules: readonly ActionRule[] = [noLeak]
