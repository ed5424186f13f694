import { describe, expect, test } from 'vitest'
import { planRequest } from '../../src/request/plan-request.js'
import { codes, edited, load } from './documents.js'

const make = (output: string, reader = 'output.create-queue.arn') => edited(['order: 1\n', `order: 1\n        ${output}\n`], ['json(output.create-queue.arn)', `json(${reader})`])
const told = (source: string) => load(source, 'strict').issues.map(({ code, path, line, message, suggestion }) => [code, path, line, message, suggestion].filter((part) => part !== undefined).join(' | '))

describe('an output under another name', () => {
  test.each([
    ['output: { fields: { address: arn } }', { address: 'arn' }], ['output: { fields: { address: $.arn } }', { address: 'arn' }], ['outputs: { address: arn }', { address: 'arn' }],
    ['outputs: [{ address: arn }]', { address: 'arn' }], ['outputs: [arn, { address: arn, code: status_code }]', { arn: 'arn', address: 'arn', code: 'status_code' }],
    ['output: [{ address: arn }]', { address: 'arn' }], ['output: { capture: true, fields: { address: arn } }', { address: 'arn' }],
  ])('%s', (output, names) => {
    const { item, issues } = load(make(output, 'output.create-queue.address'))
    expect(issues.filter(({ code }) => code !== 'older-key')).toEqual([])
    expect(item?.steps[0]?.definition.outputs).toEqual(names)
    expect(planRequest(item!).steps[0]?.outputs).toEqual(names)
  })
  test('is what templates and conditions read, and its own name stays', () => {
    const both = make('output: { fields: { address: arn } }', 'coalesce(output.create-queue.address, output.create-queue.arn)')
    expect(codes(load(both))).toEqual([])
    expect(codes(load(both.replace('order: 2', 'order: 2\n        conditions: [{ field: output.create-queue.address, operator: ne, value: none }]')))).toEqual([])
    expect(told(make('output: { fields: { address: arn } }', 'output.create-queue.adress'))[0]).toMatch(/^unknown-output .* output\.create-queue\.address$/)
  })
  test('that the action does not give is an issue at its place', () => {
    expect(told(make('output: { fields: { address: anr } }'))).toEqual(['output-path | fulfillment.automatic.actions[0].output.fields.address | 36 | the action gives no anr, only status, status_code, arn: did you mean arn? | arn'])
    expect(told(make('outputs: [host]')).filter((issue) => !issue.startsWith('older-key'))).toEqual([expect.stringMatching(/^output-path \| fulfillment\.automatic\.actions\[0\]\.output\.fields\.host \| 36 \| the action gives no host/)])
  })
  test.each([
    ['output: { fields: { "a b": arn } }', 'wrong-format'], ['output: { fields: { address: "{{x}}" } }', 'wrong-format'], ['output: { fields: { address: 5 } }', 'wrong-type'], ['outputs: [[arn]]', 'wrong-type'],
    ['outputs: [constructor]', 'wrong-format'], ['output: { feilds: { address: arn } }', 'unknown-key'], ['output: { capture: false }', 'informs-only'],
  ])('%s: %s', (output, code) => expect(codes(load(make(output), 'strict'))).toContain(code))
  test('of an action that is not installed may be anything', () => {
    const document = load(make('outputs: [host]').replace('      - id: create-queue\n        type: rest-api', '      - id: create-queue\n        type: terraform'))
    expect(codes(document)).not.toContain('output-path')
  })
})
