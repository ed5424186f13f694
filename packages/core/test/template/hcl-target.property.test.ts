import { parse } from '@cdktf/hcl2json'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { compileTemplate } from '../../src/template/compile-template.js'
import { renderTemplate } from '../../src/template/render-template.js'
import type { Json } from '../../src/json.js'
import { generated, render, variables } from './fixtures.js'
import { accepts, hostileText, problemsOf } from './targets.js'

/** HashiCorp's own parser. It writes what is no interpolation in a text with its signs doubled, as HCL would. */
const read = async (text: string): Promise<Json> => unescaped(await parse('main.tf', text) as Json)

const unescaped = (value: Json): Json => {
  if (typeof value === 'string') return value.replaceAll('$${', '${').replaceAll('%%{', '%{')
  if (Array.isArray(value)) return (value as readonly Json[]).map(unescaped)
  return typeof value === 'object' && value !== null ? Object.fromEntries(Object.entries(value).map(([name, one]) => [name, unescaped(one)])) : value
}

const replaced = (value: Json, put: (text: string) => string): Json => {
  if (typeof value === 'string') return put(value)
  if (Array.isArray(value)) return (value as readonly Json[]).map((one) => replaced(one, put))
  return typeof value === 'object' && value !== null ? Object.fromEntries(Object.entries(value).map(([name, one]) => [put(name), replaced(one, put)])) : value
}

/** Members `v0`, `v1` … of HCL, each with where its value goes: `…` for the value of a place. */
const places = [
  ['{{fields.a}}', (a: string): Json => a], ['"{{fields.a}}"', (a: string): Json => a], ['"x {{fields.a}} y"', (a: string): Json => `x ${a} y`], ['"{{fields.a}}{ {{fields.a}}"', (a: string): Json => `${a}{ ${a}`],
  ['"{{fields.a}}{{fields.a}}"', (a: string): Json => a + a], ['[1, {{fields.a}}, "z"]', (a: string): Json => [1, a, 'z']], ['{ k = {{fields.a}}, l = "{{fields.a}}" }', (a: string): Json => ({ k: a, l: a })],
  ['<<EOT\nfirst {{fields.a}}\nlast\nEOT', (a: string): Json => `first ${a}\nlast\n`], ['<<-EOT\n    {{fields.a}}\n    EOT', (a: string): Json => `${a}\n`], ['"a" # {{! no value here }}', (): Json => 'a'], ['"\\u0024{{fields.a}}"', (a: string): Json => `$${a}`],
] as const
const built = fc.tuple(fc.array(fc.constantFrom(...places), { minLength: 1, maxLength: 5 }), fc.boolean())

describe('values in HCL', () => {
  test('come back from the parser, each in its place and nothing else changed', async () => {
    await fc.assert(fc.asyncProperty(built, hostileText.filter((text) => text.normalize('NFC') === text && !/\p{Surrogate}/u.test(text)), async ([chosen, on], value) => {
      const body = chosen.map(([source], index) => `  v${index} = ${source}\n`).join('')
      const source = `resource "x" "n-{{fields.a}}" {\n${body}{{#if fields.on}}  more = {{fields.a}}\n{{/if}}{{#each fields.xs as x}}  e {\n    i = {{x}}\n  }\n{{/each}}}\nlast = true\n`
      const { template, issues } = compileTemplate(source, 'hcl')
      expect(issues.filter(({ severity }) => severity === 'error')).toEqual([])
      const rendered = renderTemplate(template!, variables({ fields: { a: value, on, xs: [value, 'b'] } }), generated)
      if (!rendered.ok) throw new Error(rendered.issue.message)
      const members = Object.fromEntries(chosen.map(([, put], index) => [`v${index}`, put(value)]))
      expect(await read(rendered.value as string), `${JSON.stringify(rendered.value)}`).toEqual({
        resource: { x: { [`n-${value}`]: [{ ...members, ...(on ? { more: value } : {}), e: [{ i: value }, { i: 'b' }] }] } }, last: true,
      })
    }), { numRuns: 400 })
  })

  test('of any kind come back where a whole value stands', async () => {
    const json: fc.Arbitrary<Json> = fc.letrec<{ json: Json }>((tie) => ({ json: fc.oneof({ maxDepth: 3 }, hostileText.filter((text) => text.normalize('NFC') === text && !/\p{Surrogate}/u.test(text)), fc.integer(), fc.boolean(), fc.constant(null), fc.array(tie('json'), { maxLength: 3 }), fc.dictionary(fc.string({ minLength: 1, maxLength: 5 }), tie('json'), { maxKeys: 3 })) })).json
    await fc.assert(fc.asyncProperty(json, async (value) => {
      const text = render('v = {{fields.v}}\nw = [{{json(fields.v)}}]\n', { fields: { v: value } }, 'hcl') as string
      expect(await read(text), text).toEqual({ v: value, w: [value] })
    }), { numRuns: 200 })
  })

  test('cut no token and open no interpolation, whatever stands around them', async () => {
    const pieces = fc.constantFrom('"', '"', '$', '%', '{', '}', '${', '%{', '$${', '\\', 'a = ', 'a', ' ', '\n', '<<E\n', 'E\n', '#', '/*', '*/', '//', '[', ']', ',', '=', '{{fields.a}}', '{{fields.a}}', '{{fields.b}}', '"{{fields.a}}"', 'x = "{{fields.a}}"\n', 'y = {{fields.b}}\n', 'z = <<E\n{{fields.a}}\nE\n')
    let compared = 0
    await fc.assert(fc.asyncProperty(fc.array(pieces, { maxLength: 8 }).map((parts) => parts.join('')), hostileText, async (source, value) => {
      const { template } = compileTemplate(source, 'hcl')
      if (template === undefined || template.constant) return
      const rendered = (a: string) => renderTemplate(template, variables({ fields: { a, b: a } }), generated)
      const [plain, hostile] = [rendered('Qa1'), rendered(value)]
      if (!plain.ok || !hostile.ok) return
      const before = await read(plain.value as string).catch(() => undefined)
      if (before === undefined) return
      compared += 1
      const put = replaced(before, (text) => text.replaceAll('Qa1', () => value.normalize('NFC')))
      expect(await read(hostile.value as string), JSON.stringify(hostile.value)).toEqual(put)
    }), { numRuns: Number(process.env['RUNS'] ?? 5000) })
    expect(compared).toBeGreaterThan(40)
  })
})

describe('where no value may stand', () => {
  test.each([
    ['a = "${{fields.a}}"', 'invalid-hcl'], ['a = "x$" # {{fields.a}}\n', 'position: a value cannot stand in a comment: there is no safe way to write it'],
    ['/* {{fields.a}} */', 'position: a value cannot stand in a comment: there is no safe way to write it'],
    ['{{fields.a}} = 1', 'position: a name of HCL cannot be made from a value: put quotes around it — "{{…}}"'],
    ['resource x {{fields.a}} {}', 'position: a value is not due here: put quotes around what belongs together — "{{…}}"'],
    ['a = b{{fields.a}}', 'position: a value is not due here: put quotes around what belongs together — "{{…}}"'],
    ['a = {{fields.a}}b', 'invalid-hcl: a comma, a line break or an operator is expected behind a value, not "b"'],
    ['a = "%{ if {{fields.a}} }x%{ endif }"', 'position: a value cannot stand in a %{ … } of HCL: write {{#if}} or {{#each}} around it'],
    ['a = "x%{{fields.a}}"', 'position: a $ or % right before a value could begin an interpolation — \\u0024{{…}}'],
    ['a = [{{fields.a}}', 'invalid-hcl: the HCL ends too early: a [ is not closed'],
    ['a = "{{#if fields.on}}"{{/if}}', 'invalid-hcl'],
    ['a = <<E\n{{fields.a}}\n', 'invalid-hcl: the HCL ends too early: a heredoc, or the line break behind it, is not closed'],
  ])('%j', (source, problem) => {
    expect(problemsOf('hcl', source)[0] ?? compileTemplate(source, 'hcl').issues[0]?.code).toMatch(problem.includes(': ') ? problem : /^(invalid-hcl|literal-dollar)/)
  })

  test('half a surrogate pair has no UTF-8', () => {
    expect(render('a = "{{fields.a}}"', { fields: { a: '\ud800' } }, 'hcl')).toEqual({ failed: 'unsafe-value' })
  })

  test('modules as people write them', () => {
    expect(accepts('hcl', `# {{! the module of the platform }}
module "{{fields.a}}" {
  source   = "git::https://example.org/modules.git//queue?ref=v1"
  name     = {{fields.a}}
  replicas = var.prod ? {{fields.b}} : 1
  tags     = merge(local.tags, { Owner = "{{fields.a}}", "Cost Center" = {{json(fields.b)}} })
  policy   = jsonencode({ Version = "2012-10-17", Statement = [{ Action = "s3:Get*", Resource = "\${aws_s3_bucket.b.arn}/*" }] })
  script   = <<-EOT
    echo "{{fields.a}}" \${var.x}
  EOT
  {{#each fields.xs as x}}
  rule {
    port = {{x}}
  }
  {{/each}}
}
`)).toBe(true)
  })
})
