import { type Condition, evaluateCondition } from '../expression/condition.js'
import type { ValueType } from '../expression/value-type.js'
import { checkValue } from '../form/check-value.js'
import type { Field, Form } from '../form/form.js'
import type { Json } from '../json.js'

/** What a condition may meet: values that stand for all that matter to it. */
interface Domain {
  readonly values: readonly Json[]
  /** False when there may be values of other kinds: then nothing is certain. */
  readonly known: boolean
  /** True when the value may be missing. */
  readonly missing: boolean
}

/** Stands for every text that no condition names. */
const OTHER_TEXT = '\u0002'

const DAY_MS = 86_400_000

const dayOf = (at: number): string => new Date(at).toISOString().slice(0, 10)

const within = <Value extends number | string>(values: readonly Value[], min: unknown, max: unknown): readonly Value[] =>
  values.filter((value) => !(typeof min === typeof value && value < (min as Value)) && !(typeof max === typeof value && value > (max as Value)))

const operands = (conditions: readonly Condition[]): readonly Json[] => conditions.flatMap(({ value }) => Array.isArray(value) ? value as readonly Json[] : [value])

/** Each number that is named, what lies on both sides of it, and the bounds. Steps between are left out: they only make fewer values possible. */
const numbersOf = ({ type, validation: { min, max } }: Field, conditions: readonly Condition[]): readonly number[] => {
  const [least, most] = [typeof min === 'number' ? min : type === 'percentage' ? 0 : undefined, typeof max === 'number' ? max : type === 'percentage' ? 100 : undefined]
  const named = [...operands(conditions), least, most].filter((value) => typeof value === 'number').sort((left, right) => left - right)
  const between = named.flatMap((value, index) => [value, (value + (named[index + 1] ?? value + 2)) / 2])
  const all = [0, (named[0] ?? 0) - 1, ...between, ...named.flatMap((value) => [value - 1, value + 1])]
  return within(type === 'integer' ? all.filter(Number.isInteger) : all, least, most)
}

const datesOf = ({ validation: { min, max } }: Field, conditions: readonly Condition[]): readonly string[] => {
  const named = [...operands(conditions), min, max].flatMap((value) => typeof value === 'string' && !Number.isNaN(Date.parse(value)) ? [Date.parse(value)] : [])
  return within([0, ...named.flatMap((at) => [at - DAY_MS, at, at + DAY_MS])].filter((at) => Math.abs(at) < 8e15).map(dayOf), min, max)
}

/** Texts that are named and that the field takes, and one that is not named. */
const textsOf = (field: Field, conditions: readonly Condition[]): Pick<Domain, 'values' | 'known'> => ({
  values: [OTHER_TEXT, ...operands(conditions).filter((value) => checkValue(field, value).ok)],
  known: conditions.every(({ operator }) => ['eq', 'ne', 'in', 'not_in'].includes(operator)),
})

const valuesOf = (field: Field, conditions: readonly Condition[]): Pick<Domain, 'values' | 'known'> => {
  const { type, choices = [], validation } = field
  if (field.readonly || field.hidden) return { values: field.default === undefined ? [] : [field.default], known: true }
  const closed = choices.length > 0 && validation.allowCustom !== true
  switch (type) {
    case 'boolean': return { values: [true, false], known: true }
    case 'number': case 'integer': case 'percentage': return { values: numbersOf(field, conditions), known: true }
    case 'date': return { values: datesOf(field, conditions), known: true }
    case 'select': case 'string': return closed ? { values: choices, known: true } : type === 'string' ? textsOf(field, conditions) : { values: [], known: false }
    case 'multiselect': return closed ? { values: [[], choices, ...choices.map((choice) => [choice]), ...conditions.map(({ value }) => value).filter((value) => checkValue(field, value).ok)], known: true } : { values: [], known: false }
    case 'email': case 'url': case 'textarea': return textsOf(field, conditions)
    default: return { values: [], known: false }
  }
}

const domainOf = (field: Field, conditional: boolean, conditions: readonly Condition[]): Domain => {
  const values = valuesOf(field, conditions)
  return { ...values, missing: conditional || (values.known && values.values.length === 0) || (!field.required && field.default === undefined) }
}

const domainOfType = (type: ValueType): Domain => {
  const values = type.values ?? (type.kind === 'boolean' ? [true, false] : undefined)
  return { values: values ?? [], known: values !== undefined, missing: type.optional === true }
}

/** What conditions of a form, or of its steps, may read. */
export interface ConditionWorld {
  readonly form: Form
  /** The type of what another path reads. Absent: nothing is known of other paths. */
  readonly typeOf?: (path: string) => ValueType | undefined
}

const needsValue = ({ operator }: Condition): boolean => operator !== 'ne' && operator !== 'not_in'

const fieldName = (path: string): string => path.replace(/^fields\./, '')

interface Placed {
  readonly field: Field
  readonly conditions: readonly Condition[]
}

const placedFields = (form: Form): ReadonlyMap<string, Placed> =>
  new Map(form.groups.flatMap((group) => group.fields.map((field) => [field.id, { field, conditions: [...group.conditions, ...field.conditions] }] as const)))

const MOST_CONDITIONS = 1_000

/** The conditions with those that must hold for what they read to be there. */
const withNeeded = (conditions: readonly Condition[], fields: ReadonlyMap<string, Placed>): readonly Condition[] => {
  const all: Condition[] = []
  const seen = new Set<string>()
  const open = [...conditions]
  for (let next = open.pop(); next !== undefined && all.length < MOST_CONDITIONS; next = open.pop()) {
    all.push(next)
    const name = fieldName(next.field)
    if (!needsValue(next) || seen.has(name)) continue
    seen.add(name)
    open.push(...fields.get(name)?.conditions ?? [])
  }
  return all
}

const domainFor = (world: ConditionWorld, fields: ReadonlyMap<string, Placed>, path: string, conditions: readonly Condition[]): Domain | undefined => {
  const placed = fields.get(fieldName(path))
  if (placed !== undefined) return domainOf(placed.field, placed.conditions.length > 0, conditions)
  const type = world.typeOf?.(path)
  return type === undefined ? undefined : domainOfType(type)
}

/** True when no input can make all of the conditions hold. What is not known counts as possible. */
export const neverHold = (world: ConditionWorld, conditions: readonly Condition[]): boolean => {
  const fields = placedFields(world.form)
  const byPath = new Map<string, Condition[]>()
  for (const condition of withNeeded(conditions, fields)) byPath.set(condition.field, [...byPath.get(condition.field) ?? [], condition])
  return [...byPath].some(([path, together]) => {
    const domain = domainFor(world, fields, path, together)
    if (domain === undefined || !domain.known) return false
    const holds = (value: Json | undefined): boolean => together.every((condition) => evaluateCondition(condition, value))
    return !domain.values.some(holds) && !(domain.missing && holds(undefined))
  })
}

/** True when every input makes the condition hold. */
export const alwaysHolds = (world: ConditionWorld, condition: Condition): boolean => {
  const domain = domainFor(world, placedFields(world.form), condition.field, [condition])
  if (domain === undefined || !domain.known || domain.values.length === 0) return false
  return domain.values.every((value) => evaluateCondition(condition, value)) && (!domain.missing || evaluateCondition(condition, undefined))
}
