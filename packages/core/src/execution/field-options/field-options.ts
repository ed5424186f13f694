import type { Catalog } from '../../catalog/catalog.js'
import type { LoadedItem } from '../../catalog/loaded-item.js'
import type { Option } from '../../form/data-source/data-source.js'
import { fieldsMissing } from '../../form/data-source/option-call.js'
import type { Field } from '../../form/form.js'
import type { Instant, JsonObject } from '../../json.js'
import { isPaoError } from '../../errors.js'
import type { Logger } from '../../ports/logger.js'
import type { RequestStore, Viewer } from '../../ports/request-store.js'
import type { KnownOptions, OptionCache } from './option-cache.js'
import { referenceOptions } from './reference-options.js'

/** The options of a field for some values of the fields that it depends on. */
export interface FieldOptions {
  /** `stale`: the source does not answer, these are the last ones. `incomplete`: `missing` must be given first. `unavailable`: nobody knows. */
  readonly state: 'current' | 'stale' | 'incomplete' | 'unavailable'
  readonly options: readonly Option[]
  /** False: there may be further ones. */
  readonly complete: boolean
  /** When the source gave them. Absent: they come from no source outside. */
  readonly asOf?: Instant
  /** For people: why they are stale or unavailable. */
  readonly reason?: string
  /** Ids of fields without which there are no options. Absent: none. */
  readonly missing?: readonly string[]
}

/** What options are made of. */
export interface OptionWorld {
  /** Absent: nothing outside is asked for options. */
  readonly cache: OptionCache | undefined
  readonly catalog: () => Catalog
  readonly requests: Pick<RequestStore, 'list'>
  /** Values of the process variables that templates may read. */
  readonly env: JsonObject
  readonly logger: Logger
}

export interface FieldQuestion {
  readonly loaded: LoadedItem
  readonly field: Field
  readonly values: JsonObject
  readonly viewer: Viewer
}

const unavailable = (reason: string): FieldOptions => ({ state: 'unavailable', options: [], complete: false, reason })

const fromSource = (world: OptionWorld, { loaded, field }: FieldQuestion, known: KnownOptions): FieldOptions => {
  if (known.kind === 'options') return { state: 'current', options: known.options, complete: known.complete, asOf: known.asOf }
  const { reason, detail } = known
  world.logger.warn({ item: loaded.item.id, field: field.id, ...(detail === undefined ? {} : { detail }) }, `options are ${known.kind}: ${reason}`)
  return known.kind === 'stale' ? { state: 'stale', options: known.options, complete: known.complete, asOf: known.asOf, reason } : unavailable(reason)
}

const fromCatalog = async (world: OptionWorld, question: FieldQuestion): Promise<FieldOptions> => {
  const { loaded, field: { dataSource }, viewer } = question
  if (dataSource?.type !== 'reference') return unavailable('the field has no data source')
  try {
    const read = await referenceOptions({ catalog: world.catalog(), requests: world.requests, viewer, loaded }, dataSource)
    return 'problem' in read ? unavailable(read.problem) : { state: 'current', ...read }
  } catch (error) {
    if (!isPaoError(error, 'STORE_UNAVAILABLE')) throw error
    return unavailable('the database does not answer')
  }
}

/** A text field takes texts, whatever the source has. */
const asTexts = ({ type }: Field, options: readonly Option[]): readonly Option[] =>
  type === 'string' ? options.map(({ value, label }) => ({ value: String(value), label })) : options

/** The options of a field. `newerThanMs`: what is older is asked for again. */
export const fieldOptions = async (world: OptionWorld, question: FieldQuestion, newerThanMs?: number): Promise<FieldOptions> => {
  const { field, values, loaded } = question
  const { dataSource } = field
  if (dataSource === undefined || dataSource.type === 'static') {
    const options = dataSource?.options ?? (field.choices ?? []).map((value) => ({ value, label: String(value) }))
    return { state: 'current', options, complete: true }
  }
  if (dataSource.type === 'reference') {
    const answer = await fromCatalog(world, question)
    return { ...answer, options: asTexts(field, answer.options) }
  }
  const missing = fieldsMissing(dataSource, values)
  if (missing.length > 0) return { state: 'incomplete', options: [], complete: true, missing }
  if (world.cache === undefined) return unavailable('nothing outside is asked for options here')
  const known = await world.cache.ask({ source: dataSource, variables: { fields: values, metadata: loaded.item.metadata, env: world.env } }, newerThanMs)
  const answer = fromSource(world, question, known)
  return { ...answer, options: asTexts(field, answer.options) }
}
