import { describe, expect, test } from 'vitest'
import type { Json } from '../../src/json.js'
import { checkConfig, compileConfig, renderConfig } from '../../src/template/config.js'
import type { ConfigPath } from '../../src/template/config.js'
import type { Target } from '../../src/template/template.js'
import { environment, generated, object, variables } from './fixtures.js'

const targets = (path: ConfigPath): Target | undefined => {
  const name = path.join('.')
  if (name === 'endpoint.method') return undefined
  if (name === 'endpoint.url') return 'url'
  if (name.startsWith('headers.')) return 'header'
  return name === 'body' ? 'json' : 'value'
}

const fixed: Json = [1, null, 'x', { deep: true }]
const config: Json = {
  endpoint: { url: '{{env.API}}/q/{{fields.name}}', method: 'POST', timeout: 30 },
  headers: { 'X-Id': '{{request.id}}', Accept: 'application/json' },
  body: '{"name": "{{fields.name}}", "size": {{fields.size}}}',
  variables: { size: '{{fields.size}}', text: 'size {{fields.size}}', tags: '{{fields.tags}}', fixed, list: ['{{fields.name}}', '{{uuid()}}', '{{uuid()}}'], literal: '\\{{x}}' },
}

const values = variables({ fields: { name: 'a"b', size: 3, tags: ['t'] }, request: { id: 'r-1' }, env: { API: 'https://x.org' } })

const compile = (value: Json = config) => {
  const { compiled, issues } = compileConfig(value, targets)
  if (!compiled) throw new Error(JSON.stringify(issues))
  return compiled
}

describe('a whole config', () => {
  test('is rendered by the target of each path, and typed scalars keep their type', () => {
    const rendered = renderConfig(compile(), values, generated)
    expect(rendered).toMatchObject({ ok: true, value: {
      endpoint: { url: 'https://x.org/q/a%22b', method: 'POST', timeout: 30 }, headers: { 'X-Id': 'r-1', Accept: 'application/json' }, body: '{"name": "a\\"b", "size": 3}',
      variables: { size: 3, text: 'size 3', tags: ['t'], fixed: [1, null, 'x', { deep: true }], list: ['a"b', expect.stringMatching(/^[0-9a-f-]{36}$/), expect.stringMatching(/^[0-9a-f-]{36}$/)], literal: '{{x}}' },
    } })
  })

  test('keeps the order of keys, shares constants and leaves the source alone', () => {
    const before = JSON.stringify(config)
    const rendered = renderConfig(compile(), values, generated)
    const value = rendered.ok ? (rendered.value as typeof config) : {}
    expect(Object.keys(value)).toEqual(Object.keys(config))
    expect((value as { variables: { fixed: Json } }).variables.fixed).toBe(fixed)
    expect(JSON.stringify(config)).toBe(before)
  })

  test('equal templates at two places generate different values, and the same ones again', () => {
    const list = (): Json => {
      const rendered = renderConfig(compile(), values, generated)
      return rendered.ok ? (rendered.value as { variables: { list: Json } }).variables.list : null
    }
    const [, first, second] = list() as string[]
    expect(first).not.toBe(second)
    expect(list()).toEqual(list())
  })

  test('references name the path in the config and the place in the template', () => {
    const { references, templates } = compile()
    expect(references.filter(({ scope }) => scope === 'env')).toEqual([{ scope: 'env', path: ['API'], guarded: false, style: 'handlebars', offset: 2, end: 9, at: ['endpoint', 'url'] }])
    expect(references.find(({ at }) => at.join('.') === 'variables.list.0')).toMatchObject({ scope: 'fields', path: ['name'] })
    expect(templates.map(({ path }) => path.join('.'))).toEqual([
      'endpoint.url', 'headers.X-Id', 'body', 'variables.size', 'variables.text', 'variables.tags', 'variables.list.0', 'variables.list.1', 'variables.list.2', 'variables.literal',
    ])
  })

  test('issues carry the path; one error keeps the config from being used', () => {
    const { compiled, issues } = compileConfig({ body: '{"a": }', headers: { x: 'a{{uper(fields.b)}}' }, deep: [{ y: '{{nope.x}}' }], note: '${HOME}' }, targets)
    expect(compiled).toBeUndefined()
    expect(issues.map(({ path, code, severity }) => `${path.join('.')} ${code} ${severity}`)).toEqual(['body invalid-json error', 'headers.x unknown-function error', 'deep.0.y unknown-scope error', 'note literal-dollar warning'])
  })

  test('a constant of a strict target is checked too', () => {
    expect(compileConfig({ endpoint: { url: 'api.example.org' } }, targets).issues.map(({ code }) => code)).toEqual(['invalid-url'])
    expect(compileConfig({ endpoint: { url: 'https://api.example.org/x' }, body: '{"a": 1}' }, targets)).toMatchObject({ issues: [], compiled: { constant: true } })
  })

  test('checking looks at each template, with the secrets that its path allows', () => {
    const around = environment({ fields: object({ name: { kind: 'string' }, size: { kind: 'number' }, tags: { kind: 'array' } }), request: object({}), env: new Set(['API']), secretsAllowed: true })
    expect(checkConfig(compile(), around).map(({ path, code }) => `${path.join('.')} ${code}`)).toEqual(['headers.X-Id unknown-name'])
    const secret = compile({ headers: { authorization: 'Bearer {{secrets.T}}' }, variables: { t: '{{secrets.T}}' } })
    expect(checkConfig(secret, around, ([first]) => first === 'headers').map(({ path, code }) => `${path.join('.')} ${code}`)).toEqual(['variables.t secret'])
    expect(checkConfig(secret, { ...around, secretsAllowed: false })).toHaveLength(2)
  })

  test('the first failure ends the rendering and names its path', () => {
    const failing = compile({ variables: { a: '{{fields.name}}', b: ['x', '{{output.gone.x}}'], c: '{{output.gone.y}}' } })
    expect(renderConfig(failing, values, generated)).toEqual({ ok: false, path: ['variables', 'b', 1], issue: { code: 'missing-output', severity: 'error', message: '"output.gone.x" is missing', offset: 2, end: 15 } })
  })

  test('keys are data, whatever their name', () => {
    const odd = JSON.parse('{"__proto__": "{{fields.name}}", "constructor": "x"}') as Json
    const rendered = renderConfig(compile({ variables: odd }), values, generated)
    const result = rendered.ok ? (rendered.value as { variables: object }).variables : {}
    expect(Object.getPrototypeOf(result)).toBe(Object.prototype)
    expect(JSON.stringify(result)).toBe('{"__proto__":"a\\"b","constructor":"x"}')
  })

  test('scalars may be the whole config', () => {
    expect(renderConfig(compile('{{fields.size}}'), values, generated)).toEqual({ ok: true, value: 3 })
    expect(renderConfig(compile(null), values, generated)).toEqual({ ok: true, value: null })
  })
})
