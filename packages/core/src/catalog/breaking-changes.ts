import type { Condition } from '../expression/condition.js'
import type { Field, FieldValidation, Form } from '../form/form.js'
import type { CatalogItem } from './catalog-item.js'

/** Something that an input, or a call, that was right before may be refused for now. */
export interface BreakingChange {
  readonly kind: 'field-removed' | 'field-required' | 'type-changed' | 'choices-narrowed' | 'pattern-narrowed' | 'bounds-narrowed' | 'environments-narrowed'
  /** Id of the field; absent where the change is of the item as a whole. */
  readonly field?: string
  readonly message: string
}

interface PlacedField extends Field {
  /** The group's and its own. */
  readonly allConditions: readonly Condition[]
}

const fieldsOf = (form: Form): ReadonlyMap<string, PlacedField> =>
  new Map(form.groups.flatMap((group) => group.fields.map((field) => [field.id, { ...field, allConditions: [...group.conditions, ...field.conditions] }] as const)))

/** A person or program must give it: nothing else does. */
const mustBeGiven = ({ required, default: value, hidden, readonly }: Field): boolean => required && value === undefined && !hidden && !readonly

/** Types whose values the other type takes as well. */
const wider: Readonly<Record<string, readonly string[]>> = {
  string: ['textarea'], textarea: ['string'], integer: ['number'], percentage: ['number'], email: ['string', 'textarea'], url: ['string', 'textarea'], date: ['string', 'textarea'],
  datetime: ['string', 'textarea'], time: ['string', 'textarea'], yaml: ['textarea'], password: ['secret'], secret: ['password'],
}

const typeChange = (before: Field, after: Field): string | undefined =>
  before.type === after.type || wider[before.type]?.includes(after.type) === true ? undefined : `was ${before.type} and is ${after.type}`

const isClosed = ({ choices = [], validation }: Field): boolean => choices.length > 0 && validation.allowCustom !== true

const choicesChange = (before: Field, after: Field): string | undefined => {
  if (!isClosed(after)) return undefined
  if (!isClosed(before)) return 'takes only what is listed now'
  const gone = (before.choices ?? []).filter((choice) => after.choices?.includes(choice) !== true)
  return gone.length === 0 ? undefined : `does not offer ${gone.map(String).join(', ')} any more`
}

const patternChange = ({ validation: before }: Field, { validation: after }: Field): string | undefined => {
  if (after.pattern !== undefined && after.pattern !== before.pattern) return before.pattern === undefined ? 'must match a pattern now' : 'must match another pattern'
  return after.format !== undefined && after.format !== before.format ? `must be a valid ${after.format} now` : undefined
}

type Bound = keyof Pick<FieldValidation, 'min' | 'minLength' | 'minSelections' | 'max' | 'maxLength' | 'maxSelections' | 'maxSize' | 'precision'>
const lower: readonly Bound[] = ['min', 'minLength', 'minSelections']
const upper: readonly Bound[] = ['max', 'maxLength', 'maxSelections', 'maxSize', 'precision']

const narrowed = (bound: Bound, before: FieldValidation, after: FieldValidation): boolean => {
  const [was, is] = [before[bound], after[bound]]
  if (is === undefined) return false
  return was === undefined || (lower.includes(bound) ? is > was : is < was)
}

const strengths: readonly (FieldValidation['strength'])[] = [undefined, 'weak', 'medium', 'strong']

const boundsChange = ({ validation: before }: Field, { validation: after }: Field): string | undefined => {
  const bound = [...lower, ...upper].find((name) => narrowed(name, before, after))
  if (bound !== undefined) return `has a narrower ${bound}: ${String(after[bound])}`
  if (after.step !== undefined && after.step !== before.step) return `takes steps of ${after.step} now`
  if (strengths.indexOf(after.strength) > strengths.indexOf(before.strength)) return `must be ${String(after.strength)} now`
  const gone = after.accept === undefined ? [] : before.accept?.filter((type) => after.accept?.includes(type) !== true) ?? ['other files']
  return gone.length === 0 ? undefined : `does not take ${gone.join(', ')} any more`
}

const requiredChange = (before: PlacedField, after: PlacedField): string | undefined => {
  if (!mustBeGiven(after)) return undefined
  if (!mustBeGiven(before)) return 'is required now'
  return before.allConditions.length > 0 && after.allConditions.length === 0 ? 'is required always now' : undefined
}

const comparisons: readonly (readonly [kind: BreakingChange['kind'], compare: (before: PlacedField, after: PlacedField) => string | undefined])[] = [
  ['type-changed', typeChange], ['field-required', requiredChange], ['choices-narrowed', choicesChange], ['pattern-narrowed', patternChange], ['bounds-narrowed', boundsChange],
]

const fieldChanges = (before: PlacedField, after: PlacedField | undefined): readonly BreakingChange[] => {
  const { id } = before
  if (after === undefined) return before.hidden ? [] : [{ kind: 'field-removed', field: id, message: `${id} is gone` }]
  const changes = comparisons.flatMap(([kind, compare]): BreakingChange[] => {
    const found = compare(before, after)
    return found === undefined ? [] : [{ kind, field: id, message: `${id} ${found}` }]
  })
  // What follows from another type is not told beside it.
  return changes[0]?.kind === 'type-changed' ? changes.slice(0, 1) : changes
}

const environmentChange = (before: readonly string[], after: readonly string[]): readonly BreakingChange[] => {
  const gone = after.length === 0 ? [] : before.filter((environment) => !after.includes(environment))
  if (before.length === 0 && after.length > 0) return [{ kind: 'environments-narrowed', message: 'a request must name an environment now' }]
  return gone.length === 0 ? [] : [{ kind: 'environments-narrowed', message: `it is not offered in ${gone.join(', ')} any more` }]
}

/** In what a version of an item takes less than the one before: what it then needs a new major version for. */
export const breakingChanges = (before: Pick<CatalogItem, 'form' | 'visibility'>, after: Pick<CatalogItem, 'form' | 'visibility'>): readonly BreakingChange[] => {
  const [was, is] = [fieldsOf(before.form), fieldsOf(after.form)]
  const added = [...is.values()].filter((field) => !was.has(field.id) && mustBeGiven(field) && field.allConditions.length === 0)
  return [
    ...[...was.values()].flatMap((field) => fieldChanges(field, is.get(field.id))),
    ...added.map(({ id }): BreakingChange => ({ kind: 'field-required', field: id, message: `${id} is new and required` })),
    ...environmentChange(before.visibility.environments, after.visibility.environments),
  ]
}

const majorOf = (version: string): string => version.split('.')[0] ?? ''

/** Whether a change of versions may break something: the first number is another one. */
export const isMajorChange = (before: Pick<CatalogItem, 'version'>, after: Pick<CatalogItem, 'version'>): boolean => majorOf(before.version) !== majorOf(after.version)
