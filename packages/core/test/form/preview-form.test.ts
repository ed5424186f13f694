import { expect, test } from 'vitest'
import { contrastWithWhite } from '../../src/form/accessibility-notes.js'
import { previewForm } from '../../src/form/preview-form.js'
import { edited, load, queue } from '../catalog/documents.js'

const formOf = (source = queue) => load(source).item!.item.form

test('fields with their widgets, rules and conditions in words', () => {
  const { groups, ...preview } = previewForm(formOf())
  expect(preview).toMatchObject({ layout: 'single-page', groupsAre: 'sections', submitText: 'Submit' })
  expect(groups[0]).toMatchObject({ id: 'basics', position: 1, visible: true, shownWhen: [] })
  expect(groups[0]?.fields).toMatchObject([
    { id: 'queue_name', widget: 'text-input', required: true, visible: true, rules: [{ rule: 'pattern', text: 'matches ^[a-z][a-z0-9-]{2,28}[a-z0-9]$' }] },
    { id: 'stage', widget: 'dropdown', choices: ['dev', 'prod'], default: 'dev' },
    { id: 'retention', widget: 'number-input', visible: false, shownWhen: ['Stage is prod'], rules: [{ text: 'at least 1' }, { text: 'at most 14' }] },
    { id: 'access_key', widget: 'password-input', sealed: true },
  ])
})

test('values decide what is shown', () => {
  expect(previewForm(formOf(), { stage: 'prod' }).groups[0]?.fields.map(({ id, visible }) => [id, visible])).toEqual([['queue_name', true], ['stage', true], ['retention', true], ['access_key', true]])
  expect(previewForm(formOf(), { stage: { constructor: 1 } as never }).groups[0]?.fields[2]?.visible).toBe(false)
})

test.each([['wizard', 'steps', 'step 2 of 3'], ['tabbed', 'tabs', 'a tab that is not open']] as const)('%s', (layout, groupsAre, note) => {
  const preview = previewForm(formOf(edited(['  form:\n', `  form:\n    layout: ${layout}\n`])))
  expect(preview).toMatchObject({ layout, groupsAre })
  expect(preview.accessibility.filter(({ about }) => about === 'layout').map((one) => one.note).join()).toContain(note)
})

test('notes on what people would be lost with', () => {
  const notes = (source: string, color?: string) => previewForm(formOf(source), {}, color === undefined ? {} : { color }).accessibility.map(({ about, note }) => `${about} ${note.slice(0, 30)}`)
  expect(notes(queue)).toEqual(['fields.queue_name must match a pattern that is n', 'fields.retention appears and vanishes: announce', 'fields.access_key let it be shown on request, an'])
  expect(notes(edited(['name: Stage', 'name: Queue name']))).toContainEqual(expect.stringContaining('fields.stage another field is called'))
  expect(notes(edited(['enum: [dev, prod]', `enum: [dev, prod, ${Array.from({ length: 14 }, (_, index) => `s${index}`).join(', ')}]`]))).toContain('fields.stage 16 choices: offer a search in ')
  expect(notes(queue, '#ffff00')).toContain('display.color has a contrast of 1.1 to 1 aga')
  expect(notes(queue, '#336791')).not.toContainEqual(expect.stringContaining('display.color'))
})

test('contrast as WCAG works it out', () => {
  expect([contrastWithWhite('#000000'), contrastWithWhite('#ffffff'), Math.round(contrastWithWhite('#777777') * 100) / 100]).toEqual([21, 1, 4.48])
})
