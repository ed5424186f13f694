import { describe, expect, test } from 'vitest'
import { compileTemplate } from '../../src/template/compile-template.js'
import { formatTemplateIssue } from '../../src/template/format-issue.js'
import type { Target } from '../../src/template/template.js'

const tell = (source: string, target: Target = 'text'): string[] =>
  compileTemplate(source, target).issues.map((issue) => `${issue.code} ${formatTemplateIssue(issue, source)}`)

describe('what other languages write is answered with the cure', () => {
  test.each<[string, readonly string[]]>([
    ['{{.current.basic.instanceName}}', ['unknown-scope 1:3 ".current.basic.instanceName" is not read here: a path does not begin with "." — did you mean fields.instanceName?']],
    ['{{.output.key}}', ['unknown-scope 1:3 ".output.key" is not read here: a path does not begin with "." — did you mean output.key?']],
    ['{{.System.Date}}', ['unknown-scope 1:3 ".System.Date" is not read here: a path does not begin with "." — did you mean system.Date?']],
    ['{{.Fulfillment.Key}}', ['unknown-scope 1:3 ".Fulfillment.Key" is not read here: a path does not begin with "." — did you mean output.Key?']],
    ['{{input/config/secretName}}', ['unknown-scope 1:3 "input/config/secretName" is not read here: segments are separated by "." — did you mean fields.secretName?']],
    ['{{json(input/config/secrets)}}', ['unknown-scope 1:8 "input/config/secrets" is not read here: segments are separated by "." — did you mean fields.secrets?']],
    ['{{ database_name }}', ['unknown-scope 1:4 there is no scope "database_name": scopes are fields, metadata, request, system, env, secrets, output — did you mean fields.database_name?']],
    ['{{Fields.a}}', ['unknown-scope 1:3 there is no scope "Fields": scopes are fields, metadata, request, system, env, secrets, output — did you mean fields.a?']],
    ['{{if .X}}a{{else}}b{{end}}', ['unknown-scope 1:6 ".X" is not read here: a path does not begin with "."']],
    ['{{if fields.a}}a', ['syntax 1:1 {{if}} is not closed — did you mean {{end}}?']], ['{{end}}', ['syntax 1:1 there is no block that {{end}} could close']],
    ['{{#if fields.a}}a{{end}}', ['syntax 1:18 {{#if}} is closed by {{end}} — did you mean {{/if}}?']],
    ['{{range fields.a}}a{{/range}}', ['syntax 1:20 {{range}} is closed by {{/range}} — did you mean {{end}}?']],
    ['{{range $constructor, $x := fields.a}}{{end}}', []], ['{{define "x"}}', ['not-supported 1:1 "{{define" is not supported']],
    ['{{/* a', ['syntax 1:1 this comment is not closed']], ['{{$x := fields.a}}', ['not-supported 1:6 variables are not supported: name the element with {{#each list as item}}']],
    ['{{default "x" .A}}', ['arguments 1:3 default takes the value first and the fallback second — did you mean default(.A, "x")?']],
    ['{{fields.a ? 1 : 2}}', ['not-supported 1:12 "? :" is not supported: use {{#if}}…{{else}}…{{/if}}']],
    ['{{f a=1}}', ['not-supported 1:5 named arguments are not supported: give them by position']],
    ['{{fields.a = 1}}', ['not-supported 1:12 "=" is not an operator: use ==']],
    ['{{> part}}', ['not-supported 1:1 partials are not supported']], ['{{#> part}}', ['not-supported 1:1 partials are not supported']], ['{{* d}}', ['not-supported 1:1 decorators are not supported']],
    ['{{{{raw}}}}', ['not-supported 1:1 raw blocks are not supported: write \\{{ for a literal {{']], ['{{=<% %>=}}', ['not-supported 1:1 the signs {{ and }} cannot be changed: write \\{{ for a literal {{']],
    ['{{fields.a - 1}}', ['not-supported 1:12 arithmetic is not supported: let the action or a form default compute it']], ['{{fields.a / 2}}', ['not-supported 1:12 arithmetic is not supported: let the action or a form default compute it']],
    ['{{.metadata.{{.output.x}}.k}}', ['syntax 1:13 an expression does not stand inside another: write the name itself']],
    ['${env:HOME}', ['literal-dollar 1:1 "${HOME}" stays as it is: nothing is put in its place — did you mean {{env.HOME}}?']],
    ['{{#if a}}{{else each b}}{{/if}}', ['not-supported 1:10 "else each" is not supported here — did you mean {{else if …}}?']],
    ['{{fields[fields.i]}}', ['syntax 1:9 only a number or a quoted name may stand in [ ]: for anything else use lookup(list, index)']],
    ['{{}}', ['syntax 1:1 a value is expected between {{ and }}']], ['{{/if}}', ['syntax 1:1 there is no block that {{/if}} could close']], ['{{else}}', ['syntax 1:1 there is no block that this else belongs to']],
    ['{{#if fields.a}}{{/each}}', ['syntax 1:17 {{#if}} is closed by {{/each}} — did you mean {{/if}}?']], ['{{#if fields.a}}', ['syntax 1:1 {{#if}} is not closed — did you mean {{/if}}?']], ['{{#if}}{{/if}}', ['syntax 1:4 #if needs a value']],
    ['{{upper(fields.a}}', ['syntax 1:8 this ( is not closed']], ['{{upper("a}}', ['syntax 1:9 this " is not closed']], ['{{fields.a fields.b}}', ['syntax 1:12 "fields" is not expected here']], ['{{fields.a |}}', ['syntax 1:13 a function is expected after |']],
    ['{{!-- a', ['syntax 1:1 this comment is not closed']], ['{{fields.a.}}', ['syntax 1:12 a name is expected before "}"']], ['{{&& 1}}', ['syntax 1:4 a name is expected before "&"']], ['{{fields.a ==}}', ['syntax 1:14 a name is expected before "}"']],
    ['{{fields.a(1)}}', ['unknown-function 1:3 "fields.a" is not a function']], ['{{@frist}}', ['unknown-name 1:3 "@frist" is not known: there are @index, @key, @first, @last and @root']], ['{{matches(fields.a, fields.b)}}', ['arguments 1:21 the pattern of matches must be a literal']],
    ['{{required(fields.a, secrets.b)}}', ['arguments 1:22 the message of required must be a literal']],
    ['{{matches(fields.a, "(")}}', ['arguments 1:3 the pattern of matches cannot be used: error parsing regexp: missing closing ): `(`']],
  ])('%s', (source, expected) => {
    expect(tell(source)).toEqual(expected)
  })
})
