import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { isMap, isScalar, isSeq, parseAllDocuments } from 'yaml'
import type { Json } from '../../src/json.js'
import { render } from './fixtures.js'
import { type Parsed, accepts, compareWith, fields, flags, hostileText, problemsOf, soupOf } from './targets.js'

const treeOf = (node: unknown): Parsed => {
  if (isMap(node)) return ['map', ...node.items.map((pair) => [treeOf(pair.key), treeOf(pair.value)])]
  if (isSeq(node)) return ['list', ...node.items.map(treeOf)]
  if (!isScalar(node)) return null
  return node.type === 'BLOCK_LITERAL' ? ['literal', node.value as Parsed] : node.value as Parsed
}

/** How many empty lines a literal text ends with is what its header says; the parser counts lines of spaces among them. */
const cut = (tree: Parsed): Parsed => {
  if (!Array.isArray(tree)) return tree
  const [kind, text] = tree as readonly Parsed[]
  return kind === 'literal' && typeof text === 'string' ? ['literal', text.replace(/[ \n]+$/, '')] : (tree as readonly Parsed[]).map(cut)
}

const read = (text: string): Parsed => {
  const documents = parseAllDocuments(text, { uniqueKeys: false, logLevel: 'error', prettyErrors: false })
  return ('empty' in documents ? [] : documents).map((document) => {
    if (document.errors[0]) throw document.errors[0]
    return treeOf(document.contents)
  })
}

const pieces = [
  'a: ', 'b:', '"k": ', "'k': ", '- ', '-', '\n', '\n', '\n', '\n  ', '\n    ', '\n- ', '  ', 'word', '12', 'x y', '"', "'", '|\n', '|-\n', '|+\n', '|2\n', '>\n', '[', ']', '{', '}', ', ', ': ', '#', ' # c', '---\n', '!Ref ', '&n ', '*n', '\\n', '\\', 'true',
  '{{fields.a}}', '{{fields.a}}', '"{{fields.b}}"', '"x {{fields.a}} y"', 'a: {{fields.a}}\n', 'b: "{{fields.b}}"\n', '- {{fields.c}}\n', '- a: {{fields.a}}\n', '"k{{fields.a}}": 1\n', 'text: |\n  first\n  {{fields.a}}\n', 'text: |2\n  {{fields.b}}\n  last\n',
]

const line = fc.constantFrom('a: 1', 'b: {{fields.a}}', 'c: "x {{fields.b}}"', 'd: [1, {{fields.c}}, "{{fields.a}}"]', 'e: {x: {{fields.b}}, "y{{fields.c}}": 2}', 'f:', "g: 'it''s'", 'h: # c', 'i: plain text', 'j: |\n    first {{fields.a}}\n    last', 'k: |2\n    {{fields.b}}')
const built = fc.tuple(fc.array(line, { minLength: 1, maxLength: 4 }), fc.array(fc.constantFrom('- {{fields.a}}', '- a: {{fields.b}}\n  b: 2', '- - {{fields.c}}', '- "{{fields.a}}"', '- |\n  x\n  {{fields.b}}'), { maxLength: 3 })).map(([members, items]) =>
  `top:\n${members.map((one) => `  ${one}\n`).join('')}list:\n${items.map((one) => `${one}\n`).join('')}{{#if fields.on}}more:\n  x: {{fields.a}}\n{{else}}other: "{{fields.b}}"\n{{/if}}loop:\n{{#each fields.xs as x}}\n  - {{x}}\n  - n: {{@index}}\n    v: "{{x}}"\n{{/each}}\nend: {{fields.c}}\n`)

describe('YAML is proven when the document loads', () => {
  test('what is accepted is read, with each value in its place and nothing else changed', () => {
    const counts = { refused: 0, unsafe: 0, unread: 0, same: 0 }
    fc.assert(fc.property(fc.oneof(soupOf(pieces), soupOf(pieces), built), fields, flags, (source, values, chosen) => {
      counts[compareWith('yaml', source, values, chosen, read, { alike: cut })] += 1
    }), { numRuns: Number(process.env['RUNS'] ?? 3000) })
    expect(counts.same).toBeGreaterThan(700)
  })

  test('a value of any kind comes back where a whole value stands', () => {
    const json: fc.Arbitrary<Json> = fc.letrec<{ json: Json }>((tie) => ({ json: fc.oneof({ maxDepth: 3 }, hostileText, fc.string({ minLength: 1000, maxLength: 1100 }), fc.integer(), fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => value + 0), fc.boolean(), fc.constant(null), fc.array(tie('json'), { maxLength: 3 }), fc.dictionary(fc.oneof(hostileText, fc.string({ minLength: 1000, maxLength: 1100 })), tie('json'), { maxKeys: 3 })) })).json
    fc.assert(fc.property(json, (value) => {
      const text = render('a: {{fields.v}}\nb: [x, {{json(fields.v)}}]\nc: { d: {{fields.v}}, e: 1 }\n', { fields: { v: value } }, 'yaml') as string
      const [document] = parseAllDocuments(text, { uniqueKeys: false })
      expect(document?.errors).toEqual([])
      const plain = treeOf(parseAllDocuments(JSON.stringify(value), { uniqueKeys: false }).at(0)?.contents)
      expect(treeOf(document?.contents)).toEqual(['map', ['a', plain], ['b', ['list', 'x', plain]], ['c', ['map', ['d', plain], ['e', 1]]]])
    }), { numRuns: 300 })
  })

  test('what was built to be YAML is accepted', () => {
    fc.assert(fc.property(built, (source) => { expect(problemsOf('yaml', source)).toEqual([]) }), { numRuns: 200 })
  })
})

describe('where no value may stand', () => {
  test.each([
    ['a: x {{fields.a}}\n', 'position: a value in the middle of an unquoted text could change its meaning: put quotes around the whole text — "…{{…}}…"'],
    ['a: {{fields.a}} x\n', 'invalid-yaml: this is not YAML that a template may be: "x"'],
    ["a: '{{fields.a}}'\n", 'position: a value in single quotes could not hold a line break: write double quotes — "{{…}}"'],
    ['a: >\n  x {{fields.a}}\n', 'position: a value in a folded text would lose its line breaks: write | instead of > — |'],
    ['a: |\n  {{fields.a}}\n', 'position: a text that begins with a value needs its indentation told: the value may begin with spaces — |2'],
    ['a: 1 # {{fields.a}}\n', 'position: a value cannot stand in a comment: there is no safe way to write it'],
    ['a: !{{fields.a}} b\n', 'position: a value cannot stand in a tag'],
    ['{{fields.a}}: b\n', 'invalid-yaml: a key that begins with a value stands behind another key'],
    ['a: 1\n{{fields.a}}: b\n', 'position: a key that holds a value needs quotes around it — "{{…}}": …'],
    ['a: &x 1\nb: *x\n', 'invalid-yaml: anchors and aliases are not read in a template: write the value out'],
    ['a: 1\n\tb: 2\n', 'invalid-yaml: YAML is indented with spaces, not with tabs'],
    ['a:\n  b: 1\n c: 2\n', 'invalid-yaml: no key and no list before this stands at an indentation of 1'],
  ])('%j', (source, problem) => {
    expect(problemsOf('yaml', source)).toEqual([problem])
  })

  test('control characters have no place in a literal text, and are escaped in quotes', () => {
    expect(render('a: |\n  x{{fields.a}}\n', { fields: { a: '\u0007' } }, 'yaml')).toEqual({ failed: 'unsafe-value' })
    expect(render('a: "{{fields.a}}"\n', { fields: { a: '\u0007\u0085' } }, 'yaml')).toBe('a: "\\u0007\\u0085"\n')
    expect(render('a: 1\n"k{{fields.a}}": 2\n', { fields: { a: 'x'.repeat(300) } }, 'yaml')).toEqual({ failed: 'unsafe-value' })
  })
})

test('manifests as people write them', () => {
  expect(accepts('yaml', `---
apiVersion: v1
kind: ConfigMap
metadata:
  name: "{{fields.a}}"
  labels: { app: "{{fields.b}}", tier: web }
data:
  # what it runs
  run.sh: |-
    #!/bin/sh
    echo "{{fields.c}}"
spec:
  containers:
  - name: app
    image: "repo/{{fields.a}}:latest"
    args: ["--level", {{fields.b}}]
    env:
      {{#each fields.xs as x}}
      - name: "N{{@index}}"
        value: {{x}}
      {{/each}}
`)).toBe(true)
})
