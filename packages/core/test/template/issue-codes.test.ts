import { describe, expect, test } from 'vitest'
import { checkTemplate } from '../../src/template/check-template.js'
import { compileConfig } from '../../src/template/config.js'
import { compileTemplate } from '../../src/template/compile-template.js'
import type { Environment } from '../../src/template/environment.js'
import { formatTemplateIssue } from '../../src/template/format-issue.js'
import type { TemplateIssue, TemplateIssueCode } from '../../src/template/template-issue.js'
import type { Target } from '../../src/template/template.js'
import { environment, object, render } from './fixtures.js'

const surroundings: Environment = environment({
  fields: object({
    name: { kind: 'string' }, stage: { kind: 'string', values: ['dev', 'prod'] }, size: { kind: 'number' }, tags: { kind: 'array', items: { kind: 'string' } }, note: { kind: 'string', optional: true },
    nets: { kind: 'array', items: object({ id: { kind: 'string' } }) }, password: { kind: 'string', secret: true }, box: object({ a: { kind: 'string' } }), on: { kind: 'boolean' },
  }),
  metadata: object({ id: { kind: 'string' } }), request: object({ user: object({ email: { kind: 'string' } }) }), system: object({ date: { kind: 'string' } }),
  env: new Set(['QUEUE_API']), secrets: new Set(['TOKEN']),
  output: new Map([
    ['create-queue', { type: object({ arn: { kind: 'string' }, url: { kind: 'string', optional: true }, rules: { kind: 'array', items: object({ id: { kind: 'string' } }) } }) }], ['estimate', { type: { kind: 'object', open: true }, maySkip: true }], ['announce', { type: object({}), later: true }],
  ]),
})

/** One line for each issue: `1:3 message — did you mean x?`, with `warning` before those that are none but that. */
function tell(source: string, target: Target, around: Environment = surroundings): { code: string; line: string }[] {
  const { template, issues } = compileTemplate(source, target)
  const all: readonly TemplateIssue[] = template ? [...issues, ...checkTemplate(template, around)] : issues
  return all.map((issue) => ({ code: issue.code, line: `${issue.severity === 'warning' ? 'warning ' : ''}${formatTemplateIssue(issue, source)}` }))
}

/** A bad template, what is said of it, and a good one. Every code must be here. */
type Example = readonly [bad: string, line: string, good: string, target?: Target]

const examples: Readonly<Record<Exclude<TemplateIssueCode, 'template-in-key' | 'not-a-template' | 'missing-output' | 'missing-env' | 'missing-secret' | 'required' | 'unsafe-value' | 'budget'>, Example>> = {
  syntax: ['{{fields.name', '1:1 this {{ is not closed — did you mean \\{{?', '{{fields.name}}'],
  'not-supported': ['a\n{{fields.size * 2}}', '2:15 arithmetic is not supported: let the action or a form default compute it', '{{fields.size}}'],
  limit: [`{{#if ${'('.repeat(21)}fields.name${')'.repeat(21)}}}x{{/if}}`, '1:28 expressions nest deeper than 20', `{{#if ${'('.repeat(20)}fields.name${')'.repeat(20)}}}x{{/if}}`],
  'forbidden-name': ['{{fields.constructor.name}}', '1:3 "constructor" is not a name that a template may read', '{{fields.name}}'],
  'unknown-function': ['{{uper(fields.name)}}', '1:3 there is no function "uper" — did you mean upper?', '{{upper(fields.name)}}'],
  'unknown-block': ['{{#repeat 3}}x', '1:4 there is no block "repeat": blocks are if, unless, each, with and switch', '{{#each fields.tags}}x{{/each}}'],
  arguments: ['{{replace(fields.name, "-")}}', '1:3 replace(text, old, new) cannot be called with 2 arguments', '{{replace(fields.name, "-", "_")}}'],
  'no-this': ['{{this.name}}', '1:3 "this.name" means an element of a loop, and there is none here — did you mean fields.name?', '{{#each fields.tags}}{{this}}{{/each}}'],
  'no-loop': ['{{@index}}', '1:3 "@index" has a meaning inside of {{#each}} only', '{{#each fields.tags}}{{@index}}{{/each}}'],
  'invalid-json': ['{"a": {{fields.size}},}', '1:23 this is not JSON: a key in quotes is expected, not "}"', '{"a": {{fields.size}}}', 'json'],
  'invalid-url': ['ftp//x/{{fields.name}}', '1:4 a URL begins with https://, with {{env.…}} or with /', 'https://x/{{fields.name}}', 'url'],
  'invalid-yaml': ['a: [{{fields.size}}', '1:19 the YAML ends too early: a bracket is not closed', 'a: [{{fields.size}}]', 'yaml'],
  'invalid-hcl': ['a = [{{fields.size}}', '1:20 the HCL ends too early: a [ is not closed', 'a = [{{fields.size}}]', 'hcl'],
  'invalid-xml': ['<a>{{fields.name}}</b>', '1:21 </a> is expected here', '<a>{{fields.name}}</a>', 'xml'],
  'invalid-form': ['a={{fields.name}} ', '1:18 " " must be percent-encoded in a form', 'a={{fields.name}}&b=%20', 'form'],
  'invalid-html': ['<p>{{fields.name}}</p', '1:21 the HTML ends too early: a tag or comment is not finished', '<p>{{fields.name}}</p>', 'html'],
  'invalid-text': ['a\nb{{fields.name}}', '1:1 a header cannot hold line breaks or control characters', 'a b{{fields.name}}', 'header'],
  position: ['{ {{fields.name}}: 1 }', '1:3 a key of a JSON object needs quotes around it — did you mean "{{…}}"?', '[ {{fields.name}} ]', 'json'],
  triple: ['{"a": {{{fields.name}}}}', 'warning 1:7 {{{x}}} means the same as {{x}}; for an object around the value put spaces between the braces — did you mean {{…}}?', '{"a": { "b": {{fields.name}} }}', 'json'],
  'literal-dollar': ['${{ matrix.os }}', 'warning 1:1 "${{ … }}" stays as it is; to put $ before a value write {{concat(\'$\', …)}}', "{{concat('$', fields.size)}}"],
  'foreign-syntax': ['{% if x %}', 'warning 1:1 "{% if" stays as it is: this is not a Jinja template — did you mean {{#if …}}?', '100% {fields}'],
  'negated-comment': ['a {{!fields.on}}', 'warning 1:3 {{! begins a comment: nothing is written here — did you mean {{not …}}?', 'a {{not fields.on}}{{! fields.on is not shown }}'],
  'join-in-quotes': ['["{{join(fields.tags, \'","\')}}"]', 'warning 1:3 this becomes one text with escaped quotes in it, not several values — did you mean {{json(fields.tags)}} without quotes and brackets around it?', '{{json(fields.tags)}}', 'json'],
  'dynamic-key': ['{"{{fields.name}}": 1}', 'warning 1:3 a key made from a value may repeat another key of its object', '{"name": "{{fields.name}}"}', 'json'],
  'maybe-empty': ['{{fields.note}}', 'warning 1:1 this may be missing, and an empty header is of no use — did you mean default(…, …)?', "{{default(fields.note, 'none')}}", 'header'],
  'maybe-null': ['{"n": {{fields.note}}}', 'warning 1:7 this may be missing, and null is written then — did you mean default(fields.note, …)?', '{"n": {{default(fields.note, 1)}}, "m": "{{fields.note}}", "j": {{json(fields.note)}}}', 'json'],
  'unknown-scope': ['{{field.name}}', '1:3 there is no scope "field": scopes are fields, metadata, request, system, env, secrets, output — did you mean fields.name?', '{{fields.name}}'],
  'unknown-field': ['{{fields.nmae}}', '1:3 fields has no "nmae" — did you mean fields.name?', '{{fields.name}}'],
  'unknown-action': ['{{output.create_queue.arn}}', '1:3 output has no "create_queue": there is no action of this id — did you mean output.create-queue.arn?', '{{output.create-queue.arn}}'],
  'unknown-output': ['{{outputs.create-queue.ARN_}}', '1:3 output.create-queue has no "ARN_" — did you mean output.create-queue.arn?', '{{outputs.create-queue.arn}}'],
  'unknown-name': ['{{request.user.mail}}', '1:3 request.user has no "mail" — did you mean request.user.email?', '{{request.user.email}}'],
  'env-not-allowed': ['{{env.QUEUE_APT}}', 'warning 1:3 "QUEUE_APT" is not among the env names that templates may read here — did you mean env.QUEUE_API?', '{{environment.QUEUE_API}}'],
  'unknown-secret': ['{{secrets.TOKN}}', '1:3 there is no secret "TOKN" — did you mean secrets.TOKEN?', '{{fields.name}}'],
  'later-output': ['{{output.announce}}', '1:3 "announce" runs later, so its output does not exist yet', '{{output.create-queue.arn}}'],
  'maybe-skipped': ['{{output.estimate.total}}', 'warning 1:3 "estimate" has conditions: when it is skipped, this fails — did you mean default(output.estimate.total, …)?', '{{default(output.estimate.total, 0)}}{{#if output.estimate}}{{output.estimate.total}}{{/if}}'],
  'maybe-missing': ['{{output.create-queue.url}}', 'warning 1:3 "output.create-queue.url" may be missing: then this fails — did you mean default(output.create-queue.url, …)?', '{{default(output.create-queue.url, "")}}{{#if output.create-queue.url}}{{output.create-queue.url}}{{/if}}'],
  'not-an-object': ['{{fields.name.first}}', '1:3 "fields.name" is a text and has no "first"', '{{fields.box.a}}'],
  'not-a-list': ['{{#each fields.name}}x{{/each}}', '1:9 #each goes through a list, and this is a text', '{{#each fields.tags}}x{{/each}}'],
  type: ['{{upper(fields.tags)}}', '1:9 upper needs a text here, and this is a list', '{{upper(join(fields.tags))}}'],
  'never-equal': ['{{#if fields.stage == "pord"}}x{{/if}}', 'warning 1:7 this is never equal: the values are "dev", "prod" — did you mean "prod"?', '{{#if fields.stage == "prod"}}x{{/if}}'],
  secret: ['{{fields.password}}', '1:3 "fields.password" is a secret, and a secret cannot stand here', '{{fields.name}}'],
  'object-in-text': ['{{fields.box}}', 'warning 1:1 an object stands in a text as name=value, name=value — did you mean json(…)?', '{{json(fields.box)}}'],
  'list-in-text': ['{{fields.tags}}', 'warning 1:1 a list stands in a text as a, b, c — did you mean join(…, ", ")?', "{{join(fields.tags, '; ')}}"],
}

describe('each code', () => {
  test.each(Object.entries(examples))('%s', (code, [bad, line, good, target = 'text']) => {
    expect(tell(bad, target).find((each) => each.code === code)).toEqual({ code, line })
    expect(tell(good, target)).toEqual([])
  })

  test('template-in-key and not-a-template', () => {
    const { issues, compiled } = compileConfig({ headers: { 'x-{{fields.a}}': 'b' }, method: 'a {{fields.m}}' }, ([first]) => (first === 'headers' ? 'header' : undefined))
    expect(compiled).toBeUndefined()
    expect(issues).toEqual([
      { code: 'template-in-key', severity: 'error', message: 'a key cannot be a template', offset: 2, end: 4, path: ['headers'] },
      { code: 'not-a-template', severity: 'error', message: 'this setting takes no template', offset: 2, end: 4, path: ['method'] },
    ])
  })

  test.each<[string, string, Target]>([
    ['missing-output', '{{output.a.b}}', 'text'], ['missing-env', '{{env.A}}', 'text'], ['missing-secret', '{{upper(secrets.A)}}', 'text'], ['required', '{{required(fields.a, "a is needed")}}', 'value'],
    ['unsafe-value', '{{fields.a}}x{{fields.b}}', 'header'], ['budget', '{{#each fields.many}}{{#each ../fields.many}}x{{/each}}{{/each}}', 'text'],
  ])('%s ends a rendering', (code, source, target) => {
    expect(render(source, { fields: { b: 'a\r\nb', many: Array.from({ length: 101 }, () => 1) } }, target)).toEqual({ failed: code })
  })
})

describe('checking', () => {
  const codes = (source: string, target: Target = 'text', around?: Environment): string[] => tell(source, target, around).map(({ code }) => code)

  test.each<[string, string[]]>([
    ['{{fields.nets[0].id}} {{fields.nets.length}}', []], ['{{fields.nets[0].name}}', ['unknown-field']], ['{{fields.nets.first}}', ['unknown-field']],
    ['{{#each fields.nets as net}}{{net.id}}{{net.ip}}{{/each}}', ['unknown-name']], ['{{#each fields.nets}}{{id}}{{ip}}{{fields.name}}{{/each}}', ['unknown-name']],
    ['{{#each fields.box}}{{@key}}{{this}}{{/each}}', []], ['{{#with fields.box}}{{a}}{{b}}{{/with}}', ['unknown-name']], ['{{#fields.box}}{{a}}{{b}}{{/fields.box}}', ['unknown-name']],
    ['{{#fields.nets}}{{id}}{{/fields.nets}}{{#fields.on}}{{fields.name}}{{/fields.on}}', []], ['{{#each fields.nets}}{{#each ../fields.tags}}{{this.x}}{{/each}}{{/each}}', ['not-an-object']],
    ['{{#each fields.tags as tag, i}}{{tag}}{{i}}{{i.x}}{{/each}}', ['not-an-object']], ['{{fields.name == 1}}', ['never-equal']], ['{{fields.size > "5"}}', ['never-equal']], ['{{fields.size > 5}}', []],
    ['{{#switch fields.stage}}{{#case "dev" "test"}}a{{/switch}}', ['never-equal']], ['{{fields.size includes 5}}', ['not-a-list']], ['{{includes(fields.box, 5)}}', ['not-a-list']], ['{{includes fields.tags "a"}}', []], ['{{fields.tags includes "a"}}', []], ['{{join(fields.name, ",")}}', ['not-a-list']],
    ['{{random(1, fields.name)}}', ['type']], ['{{base64(fields.box)}}', ['type']], ['{{metadata.idd}}{{system.date}}', ['unknown-name']], ['{{env.QUEUE_API.x}}', ['not-an-object']],
    ['{{output}}', ['object-in-text']], ['{{output.create-queue.rules[0].id}}', ['maybe-missing']], ['{{output.create-queue.rules.length}}', []], ['{{output.estimate.anything.goes || "x"}}', []], ['{{#if output.estimate}}{{output.estimate.a.b}}{{/if}}', []], ['{{json(output.estimate)}}', ['maybe-skipped']],
    ['{{default(fields.tags, fields.name)}}', []], ['{{coalesce(fields.note, fields.tags)}}', []], ['{{@root.fields.nam}}', ['unknown-field']], ['{{#each fields.nets}}{{../fields.nam}}{{/each}}', ['unknown-field']],
  ])('%s', (source, expected) => {
    expect(codes(source)).toEqual(expected)
  })

  test('secrets are found wherever they are read, and allowed where they may stand', () => {
    for (const source of ['{{secrets.TOKEN}}', '{{json(fields)}}', '{{#each fields}}{{this}}{{/each}}', '{{#if fields.password}}x{{/if}}', '{{hash(fields.password)}}', '{{concat("a", secrets.TOKEN)}}']) {
      expect(codes(source), source).toContain('secret')
      expect(codes(source, 'text', { ...surroundings, secretsAllowed: true }), source).not.toContain('secret')
    }
    expect(codes('{{json(secrets)}}')).toEqual(['secret'])
    expect(codes('{{json(env)}}')).toEqual(['secret'])
  })

  test('an optional value warns where an empty text is of no use, and only there', () => {
    expect(codes('{{env.QUEUE_API}}/q/{{fields.note}}', 'url')).toEqual(['maybe-empty'])
    expect(codes('{{env.QUEUE_API}}/q?n={{fields.note}}', 'url')).toEqual([])
    expect(codes('dir/{{fields.note}}', 'path')).toEqual(['maybe-empty'])
    expect(codes('x {{fields.note}}', 'header')).toEqual([])
    expect(codes('{{fields.note}}')).toEqual([])
    expect(codes('{"n": "{{fields.note}}"}', 'json')).toEqual([])
    expect(codes('{{#if fields.note}}{{fields.note}}{{else}}1{{/if}}', 'json')).toEqual([])
    expect(codes("{{env.QUEUE_API}}/q/{{default(fields.note, 'a')}}/{{required(fields.note)}}", 'url')).toEqual([])
  })

  test('a list or an object is no warning where it is a whole value', () => {
    expect(codes('{{fields.tags}}', 'value')).toEqual([])
    expect(codes('{"a": {{fields.box}}}', 'json')).toEqual([])
    expect(codes('{"a": "{{fields.box}}"}', 'json')).toEqual(['object-in-text'])
    expect(codes('a {{fields.tags}}', 'value')).toEqual(['list-in-text'])
  })

  test('never more than 20 issues, and an error among them is never lost', () => {
    const many = tell(`${'${{ x }}'.repeat(30)}{{fields.name`, 'text')
    expect(many).toHaveLength(20)
    expect(many.filter(({ line }) => !line.startsWith('warning')).map(({ code }) => code)).toEqual(['syntax'])
    expect(tell('{{fields.nmae}}'.repeat(50), 'text')).toHaveLength(20)
  })
})
