import type { JsonObject } from '../../json.js'
import type { Member, NumberShape, ObjectShape, Shape, TextShape } from '../document-shape.js'
import { keyTexts } from './key-texts.js'
import { nearMisses } from './near-misses.js'

/** The schema of shapes that stand at several places: written once, and referred to. */
export interface ShapeNames {
  /** Name and reference of a shape that has one. */
  of(shape: Shape): { readonly name: string; readonly ref: string } | undefined
}

/** Members that no document may have yet: an editor need not know them. */
const isForeign = ({ shape, unbuilt }: Member): boolean => unbuilt?.effect === 'blocks' && (shape.kind === 'any' || (shape.kind === 'list' && shape.of.kind === 'any'))

const titleOf = (name: string): string => {
  const words = name.replace(/([a-z])([A-Z])/g, '$1 $2').replaceAll('_', ' ').toLowerCase()
  return `${words.charAt(0).toUpperCase()}${words.slice(1)}`
}

const notYet = ({ unbuilt }: Member): string => unbuilt === undefined ? '' : unbuilt.effect === 'blocks' ? ` The item cannot be ordered with it: ${unbuilt.what}.` : ` Nothing acts on it: ${unbuilt.what}.`

const annotated = (owner: string, name: string, member: Member): JsonObject => {
  const known = keyTexts[`${owner}.${name}`]
  return {
    title: titleOf(name), description: `${known?.description ?? `${titleOf(name)}.`}${notYet(member)}`,
    ...(known?.examples === undefined ? {} : { examples: known.examples }), ...(known?.default === undefined ? {} : { default: known.default }),
  }
}

const textSchema = ({ values, pattern, length }: TextShape): JsonObject => ({
  type: 'string', ...(values === undefined ? {} : { enum: values }), ...(pattern === undefined ? {} : { pattern: pattern.expression }),
  ...(length?.min === undefined ? {} : { minLength: length.min }), ...(length?.max === undefined ? {} : { maxLength: length.max }),
})

const numberSchema = ({ integer, min, max }: NumberShape): JsonObject =>
  ({ type: integer === true ? 'integer' : 'number', ...(min === undefined ? {} : { minimum: min }), ...(max === undefined ? {} : { maximum: max }) })

const durationSchema: JsonObject = {
  anyOf: [{ type: 'integer', minimum: 0 }, { type: 'string', pattern: '^\\s*((\\d+-)?\\d+\\s*(s|sec|seconds?|m|min|minutes?|h|hours?|d|days?|w|weeks?)|\\d{1,9})\\s*$' }],
}

const objectSchema = (shape: ObjectShape, owner: string, names: ShapeNames): JsonObject => {
  const members = Object.entries(shape.members).filter(([, member]) => !isForeign(member))
  const required = members.filter(([, member]) => member.required !== undefined).map(([name]) => name)
  return {
    type: 'object',
    properties: Object.fromEntries(members.map(([name, member]) => [name, { ...shapeSchema(member.shape, name, names), ...annotated(owner, name, member) }])),
    ...(required.length === 0 ? {} : { required }),
    ...(shape.constants === true ? { propertyNames: { not: { pattern: nearMisses(Object.keys(shape.members)) } } } : { additionalProperties: false }),
  }
}

/** Lists have names in the plural; what stands in them has the singular. */
const singular: Readonly<Record<string, string>> = { groups: 'group', fields: 'field', components: 'component' }

/** A shape as JSON Schema: canonical names alone, and what is an error in profile strict. `owner`: the name under which the texts of its keys are found. */
export const shapeSchema = (shape: Shape, owner: string, names: ShapeNames): JsonObject => {
  const named = names.of(shape)
  return named === undefined ? inlineSchema(shape, owner, names) : { $ref: named.ref }
}

/** As `shapeSchema`, written out even where the shape has a name. */
export const inlineSchema = (shape: Shape, owner: string, names: ShapeNames): JsonObject => {
  switch (shape.kind) {
    case 'text': return textSchema(shape)
    case 'number': return numberSchema(shape)
    case 'flag': return { type: 'boolean' }
    case 'bag': return { type: 'object' }
    case 'any': case 'constant': return {}
    case 'duration': return durationSchema
    case 'map': return { type: 'object', additionalProperties: shapeSchema(shape.of, owner, names) }
    case 'either': return { anyOf: shape.of.map((one) => shapeSchema(one, owner, names)) }
    case 'object': return objectSchema(shape, owner, names)
    case 'list': {
      const item = shapeSchema(shape.of, singular[owner] ?? owner, names)
      const list: JsonObject = { type: 'array', items: item, ...(shape.min === undefined ? {} : { minItems: shape.min }) }
      return shape.single === true ? { anyOf: [item, list] } : list
    }
  }
}
