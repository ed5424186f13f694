import { describe, expect, test } from 'vitest'
import type { JsonObject } from '../../src/json.js'
import { compileTemplate } from '../../src/template/compile-template.js'
import { renderTemplate } from '../../src/template/render-template.js'
import type { Spell } from '../../src/template/spelling.js'
import type { Target } from '../../src/template/template.js'
import { generated, variables } from './fixtures.js'

/** `.current.<group>.<field>` and `input/<group>/<field>` are fields, `.output.<key>` is the output of `make`. */
const spell: Spell = ({ parts: [root, ...rest] }) => {
  if (root === 'current' || root === 'input') return { scope: 'fields', path: rest.slice(1) }
  if (root === 'output') return { scope: 'output', path: ['make', ...rest] }
  return root === 'nowhere' ? { problem: 'nowhere leads nowhere', suggestion: 'fields.x' } : undefined
}

const values = { fields: { name: 'orders', on: true, off: false, size: 3, tags: ['a', 'b'], rows: [{ id: 1, tags: ['x'] }, { id: 2, tags: [] }], map: { k: 'v' } }, output: { make: { arn: 'arn:1' } } }

const render = (source: string, target: Target = 'text', fields: JsonObject = values.fields) => {
  const { template, issues } = compileTemplate(source, target, spell)
  if (template === undefined) return issues.map(({ code, message }) => `${code} ${message}`)
  const answer = renderTemplate(template, variables({ ...values, fields }), generated)
  return answer.ok ? answer.value : answer.issue.code
}

describe("Go's templates", () => {
  test.each<[string, string]>([
    ['{{.current.g.name}}', 'orders'], ['{{ .current.g.name | upper }}', 'ORDERS'], ['{{upper .current.g.name}}', 'ORDERS'], ['{{$.current.g.name}}', 'orders'],
    ['{{.current.g.none | default "x"}}', 'x'], ['{{printf "%s-%d%%" .current.g.name .current.g.size}}', 'orders-3%'], ['{{printf "%q %z" .current.g.name}}', '"orders" %z'],
    ['{{if .current.g.on}}a{{else}}b{{end}}', 'a'], ['{{if .current.g.off}}a{{else if .current.g.on}}b{{else}}c{{end}}', 'b'],
    ['{{if and .current.g.on .current.g.name .current.g.off}}a{{else}}b{{end}}', 'b'], ['{{if or .current.g.off .current.g.off .current.g.on}}a{{end}}', 'a'],
    ['{{if eq .current.g.name "orders"}}a{{end}}', 'a'], ['{{if not .current.g.off}}a{{end}}', 'a'], ['{{if (eq .current.g.size 3)}}a{{end}}', 'a'],
    ['{{range .current.g.tags}}[{{.}}]{{end}}', '[a][b]'], ['{{range $x := .current.g.tags}}[{{$x}}]{{end}}', '[a][b]'],
    ['{{range $i, $x := .current.g.tags}}{{$i}}={{$x}};{{end}}', '0=a;1=b;'], ['{{range $k, $v := .current.g.map}}{{$k}}={{$v}}{{end}}', 'k=v'],
    ['{{range .current.g.none}}a{{else}}none{{end}}', 'none'],
    ['{{range .current.g.rows}}{{.id}}{{range .tags}}{{.}}{{$.current.g.name}}{{end}};{{end}}', '1xorders;2;'],
    ['{{range .current.g.rows}}{{.current.g.name}}{{end}}', 'ordersorders'],
    ['{{with .current.g.map}}{{.k}}{{end}}', 'v'], ['{{with .current.g.none}}a{{else}}b{{end}}', 'b'],
    ['a {{- .current.g.name -}} b', 'aordersb'], ['a\n{{- if .current.g.on }}\nb\n{{- end }}', 'a\nb'], ['{{/* a note */}}x{{- /* another */ -}} y', 'xy'],
    ['{{input/g/name}} {{json(input/g/tags)}}', 'orders ["a","b"]'], ['{{.output.arn}}', 'arn:1'],
    ['{{#if .current.g.on}}a{{/if}}', 'a'], ['{{if .current.g.on}}a{{/if}}', 'a'],
    ['{{len .current.g.tags}} {{index .current.g.tags 1}}', '2 b'],
  ])('%s', (source, expected) => expect(render(source)).toBe(expected))

  test('values are encoded by their place, as everywhere', () => {
    const list = '{"tags": [{{range $x := .current.g.tags}}{{if not @first}},{{end}}{"n": "{{$x}}"}{{end}}]}'
    expect(render(list, 'json', { tags: ['a"', '\\'] })).toBe('{"tags": [{"n": "a\\""},{"n": "\\\\"}]}')
    expect(render('{"name": "{{.current.g.name}}", "tags": {{.current.g.tags}}}', 'json', { name: 'a"{{.x}}', tags: ['b'] })).toBe('{"name": "a\\"{{.x}}", "tags": ["b"]}')
    expect(render('https://a.example/{{.current.g.name}}', 'url', { name: 'a/../b' })).toBe('https://a.example/a%2F..%2Fb')
  })

  test.each<[string, string]>([
    ['{{.nowhere.x}}', 'unknown-scope nowhere leads nowhere'], ['{{nowhere/x}}', 'unknown-scope nowhere leads nowhere'], ['{{nowhere.x}}', 'unknown-scope nowhere leads nowhere'],
    ['{{.other.x}}', 'unknown-scope ".other.x" is not read here: a path does not begin with "."'],
    ['{{if .current.g.on}}a', 'syntax {{if}} is not closed'], ['{{range}}a{{end}}', 'syntax there is no block that {{end}} could close'],
  ])('%s: %s', (source, issue) => expect((render(source) as string[]).at(-1)).toBe(issue))

  test('a template says what languages it is written in', () => {
    const stylesOf = (source: string) => [...compileTemplate(source, 'text', spell).template?.styles ?? []].sort()
    expect(stylesOf('{{fields.name}}{{#if fields.on}}x{{/if}}')).toEqual(['handlebars'])
    expect(stylesOf('{{.current.g.name}}{{if .current.g.on}}x{{end}}')).toEqual(['go'])
    expect(stylesOf('{{input/g/name}}')).toEqual(['slashes'])
    expect(stylesOf('{{#if .current.g.on}}{{current.g.name}}{{/if}}')).toEqual(['go', 'handlebars', 'older'])
    expect(stylesOf('plain')).toEqual([])
  })
})
