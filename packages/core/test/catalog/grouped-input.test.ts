import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { readGroupedInput } from '../../src/catalog/grouped-input.js'
import type { JsonObject } from '../../src/json.js'
import { load } from './documents.js'

const document = `schemaVersion: catalog/v1
kind: CatalogItem
metadata:
  id: database-shop-standard
  name: Shop database
  description: A database for shops, with as many fields of one name as two groups can have.
  version: 1.0.0
  category: databases
  owner: { team: platform-team, contact: platform@example.org }
input:
  form:
    name: Instance
    type: string
    required: true
    validation: { pattern: "^[a-z]+$" }
    groups:
      - id: primary
        name: Primary
        fields: [{ id: size, name: Size, type: number, required: true }, { id: region, name: Region, type: string }]
      - id: replica
        name: Replica
        fields: [{ id: size, name: Size, type: number }, { id: primary, name: Of, type: string }]
fulfillment:
  strategy: { mode: manual }
  manual: { actions: [{ id: ticket, type: jira-ticket, config: { ticket: { project: DBA, issueType: Task, summaryTemplate: "{{.current.name}}" } } }] }
`

const { item } = load(document)
const read = (input: JsonObject) => readGroupedInput(item!.item.form, item!.origins, input)

describe('input by group', () => {
  test('is read by the ids that its author gave, each in its group', () => {
    const { fields, problems, pointerOf } = read({ name: 'shop', primary: { size: 5, region: 'eu' }, replica: { size: 6, primary: 'shop' } })
    expect({ fields, problems }).toEqual({ fields: { name: 'shop', primary_size: 5, region: 'eu', replica_size: 6, primary: 'shop' }, problems: [] })
    expect(item?.validator.validate(fields).ok).toBe(true)
    expect(['name', 'primary_size', 'replica_size', 'region.0'].map(pointerOf)).toEqual(['/input/name', '/input/primary/size', '/input/replica/size', '/input/primary/region/0'])
  })

  test('a field may stand outside of its group by its id; what is a group and a field is told by its value', () => {
    expect(read({ name: 'shop', primary_size: 5, region: 'eu', primary: 'text' }).fields).toEqual({ name: 'shop', primary_size: 5, region: 'eu', primary: 'text' })
    expect(read({ primary_size: 'x' }).pointerOf('primary_size')).toBe('/input/primary_size')
  })

  test.each<readonly [JsonObject, string, string, string]>([
    [{ primry: { size: 1 } }, 'unknown', '/input/primry', 'the form has no group or field primry: did you mean primary?'],
    [{ primary: { sise: 1 } }, 'unknown', '/input/primary/sise', 'the group primary has no field sise: did you mean size?'],
    [{ replica: 5 }, 'type', '/input/replica', 'replica is a group of the form: its value is an object of fields'],
    [{ _root: { name: 'x' }, nmae: 1 }, 'unknown', '/input/nmae', 'the form has no group or field nmae: did you mean name?'],
    [{ region: 'a', primary: { region: 'b' } }, 'conflict', '/input/primary/region', 'region is given twice: inside its group and outside'],
    [{ 'a/b~c': 1 }, 'unknown', '/input/a~1b~0c', 'the form has no group or field a/b~c'],
  ])('%j: %s at %s', (input, constraint, pointer, message) => {
    expect(read(input).problems.at(-1)).toMatchObject({ constraint, pointer, message })
  })

  test('reads whatever is sent, with at most a hundred problems', () => {
    fc.assert(fc.property(fc.dictionary(fc.oneof(fc.constantFrom('name', 'primary', 'replica', 'size', 'region', '__proto__', 'constructor'), fc.string()), fc.jsonValue()), (input) => {
      const { fields, problems } = read(input as JsonObject)
      expect(Object.keys(fields).every((id) => ['name', 'primary_size', 'region', 'replica_size', 'primary'].includes(id))).toBe(true)
      expect(problems.length).toBeLessThanOrEqual(100)
    }), { numRuns: 200 })
    expect(read(Object.fromEntries(Array.from({ length: 5_000 }, (_, index) => [`x${index}`, index]))).problems).toHaveLength(100)
  })
})
