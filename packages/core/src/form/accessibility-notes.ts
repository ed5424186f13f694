import { isSealedType } from './field-type.js'
import { type Field, type Form, formFields } from './form.js'

/** Where somebody who cannot see the form or uses no mouse would be lost. */
export interface AccessibilityNote {
  /** Path of what it is about: `groups.basics`, `fields.size`, `layout`. */
  readonly about: string
  readonly note: string
}

/** More choices than this are hard to walk through with the keyboard. */
const MANY_CHOICES = 15
/** WCAG 2.2, 1.4.11: graphics that carry meaning against what is beside them. */
const LEAST_CONTRAST = 3

const channel = (value: number): number => {
  const part = value / 255
  return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4
}

/** Contrast of a colour such as `#336791` against white, 1 to 21. */
export const contrastWithWhite = (color: string): number => {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((at) => channel(Number.parseInt(color.slice(at, at + 2), 16)))
  return 1.05 / (0.2126 * red + 0.7152 * green + 0.0722 * blue + 0.05)
}

const ofLayout: Readonly<Record<Form['layout'], readonly string[]>> = {
  'single-page': [],
  wizard: ['announce "step 2 of 3" with the name of the group, and move the focus to its heading', 'keep what was typed when somebody goes back'],
  tabbed: ['a problem on a tab that is not open must be told on the tab itself, and open it', 'the arrow keys go from tab to tab'],
}

const notesOfField = (field: Field, twice: ReadonlySet<string>): readonly string[] => {
  const { name, description, placeholder, tooltip, validation, choices, conditions, type } = field
  return [
    ...(name === field.id ? ['has no label of its own: its id is read out; write name'] : []),
    ...(twice.has(name) ? [`another field is called "${name}" too: the two cannot be told apart when they are read out`] : []),
    ...(validation.pattern !== undefined && description === undefined && validation.message === undefined && validation.messages?.['pattern'] === undefined ? ['must match a pattern that is not explained: write description, or validation.message'] : []),
    ...(placeholder !== undefined && description === undefined ? ['a placeholder vanishes with the first letter and is no help text: write description'] : []),
    ...(tooltip !== undefined && description === undefined ? ['a tooltip is not reached by touch: write description'] : []),
    ...((choices?.length ?? 0) > MANY_CHOICES ? [`${choices?.length ?? 0} choices: offer a search in them`] : []),
    ...(conditions.length > 0 ? ['appears and vanishes: announce it, and leave the focus where it is'] : []),
    ...(isSealedType(type) ? ['let it be shown on request, and let password managers fill it in (autocomplete)'] : []),
  ]
}

/** Notes for whoever writes the form and whoever draws it. None is an error. */
export const accessibilityNotes = (form: Form, color?: string): readonly AccessibilityNote[] => {
  const fields = formFields(form).filter(({ hidden }) => !hidden)
  const names = fields.map(({ name }) => name)
  const twice = new Set(names.filter((name, index) => names.indexOf(name) !== index))
  const contrast = color === undefined ? undefined : contrastWithWhite(color)
  return [
    ...ofLayout[form.layout].map((note) => ({ about: 'layout', note })),
    ...(contrast === undefined || contrast >= LEAST_CONTRAST ? [] : [{ about: 'display.color', note: `has a contrast of ${contrast.toFixed(1)} to 1 against white, and needs ${LEAST_CONTRAST} to 1` }]),
    ...form.groups.flatMap((group) => group.name === group.id ? [{ about: `groups.${group.id}`, note: 'has no name of its own: write name, which is read out before its fields' }] : []),
    ...fields.flatMap((field) => notesOfField(field, twice).map((note) => ({ about: `fields.${field.id}`, note }))),
  ]
}
