import type { TemplateIssueCode } from './template-issue.js'

/** What a code of templates means. `warning` codes never keep a template from being used. */
export interface TemplateIssueDescription {
  readonly severity: 'error' | 'warning'
  readonly title: string
  readonly cure: string
  readonly good: string
  readonly bad: string
}

const entry = (severity: 'error' | 'warning', title: string, cure: string, good: string, bad: string): TemplateIssueDescription => ({ severity, title, cure, good, bad })
const error = (...parts: readonly [title: string, cure: string, good: string, bad: string]): TemplateIssueDescription => entry('error', ...parts)
const warning = (...parts: readonly [title: string, cure: string, good: string, bad: string]): TemplateIssueDescription => entry('warning', ...parts)

/** Codes of templates, with a template that has the issue and one that has not. */
export const templateIssueCodes: Readonly<Record<TemplateIssueCode, TemplateIssueDescription>> = {
  // reading
  'syntax': error('The template cannot be read', 'Correct it where the message points', '{{fields.size}}', '{{fields.size}'),
  'not-supported': error('A part of the template language that is not supported', 'Write it with expressions, #if, #each and functions', '{{upper(fields.size)}}', '{{> partial}}'),
  'limit': error('The template is larger, deeper or longer than one may be', 'Split it, or shorten it', '{{fields.size}}', '… more than 64 KiB …'),
  'forbidden-name': error('__proto__, constructor and prototype are no names', 'Take another name', '{{fields.size}}', '{{fields.constructor}}'),
  'unknown-function': error('There is no function of this name', 'Take one of the reference of templates', '{{upper(fields.size)}}', '{{uper(fields.size)}}'),
  'unknown-block': error('There is no block of this name', 'Write #if, #unless, #each, #with or #switch', '{{#if fields.size}}x{{/if}}', '{{#iff fields.size}}x{{/iff}}'),
  'arguments': error('A function has too few or too many arguments, or a pattern that cannot be used', 'Give what the function takes', '{{replace(fields.size, "a", "b")}}', '{{replace(fields.size)}}'),
  'no-this': error('`this` stands outside of a loop', 'Name what you mean', '{{#each fields.list}}{{this}}{{/each}}', '{{this}}'),
  'no-loop': error('@index, @key, @first or @last stands outside of a loop', 'Use it within #each', '{{#each fields.list}}{{@index}}{{/each}}', '{{@index}}'),
  'invalid-json': error('The text around the expressions is not JSON on some way through the template', 'Correct the JSON; write commas within the blocks that they belong to', '{"size": {{json(fields.size)}}}', '{"size": {{json(fields.size)}}'),
  'invalid-url': error('The text around the expressions is not a URL', 'Begin with a scheme; no user name and no space', 'https://example.org/{{fields.size}}', 'example.org/{{fields.size}}'),
  'invalid-yaml': error('The text around the expressions is not YAML on some way through the template, or none that a template may be', 'Correct it where the message points; quote texts, write | for several lines', 'size: "{{fields.size}} GB"', 'size: "{{fields.size}} GB'),
  'invalid-hcl': error('The text around the expressions is not HCL on some way through the template', 'Close what is open; put commas and line breaks between values', 'size = {{fields.size}}', 'size = [{{fields.size}}'),
  'invalid-xml': error('The text around the expressions is not XML on some way through the template', 'Close each element; write &amp; for &', '<size>{{fields.size}}</size>', '<size>{{fields.size}}'),
  'invalid-form': error('The text around the expressions is not a form', 'Write name=value&name=value on one line, percent-encoded', 'size={{fields.size}}&unit=GB', 'size={{fields.size}}&unit=G B'),
  'invalid-html': error('The text around the expressions is not HTML that values can be put into safely', 'Close tags and comments; write &lt; for <', '<p>{{fields.size}}</p>', '<p>{{fields.size}}</p'),
  'invalid-text': error('The text cannot stand in a header or a path', 'Remove the line break or the sign', 'size={{fields.size}}', 'size={{fields.size}}\\n'),
  'position': error('An expression stands where none may stand', 'Put it where a whole value stands, or into a text', '{"size": "{{fields.size}}"}', '{"size": 1{{fields.size}}}'),
  'template-in-key': error('A key of a config is a template', 'Write the key out', 'size: "{{fields.size}}"', '"{{fields.size}}": size'),
  'not-a-template': error('A setting that takes no template holds one', 'Write the value itself', 'method: POST', 'method: "{{fields.method}}"'),
  'triple': warning('{{{x}}} means the same as {{x}}', 'Write two braces', '{{fields.size}}', '{{{fields.size}}}'),
  'literal-dollar': warning('${{ x }} and ${X} stay as they are', 'Write {{…}} if it was meant as a template', '{{fields.size}}', '${SIZE}'),
  'negated-comment': warning('{{!x}} is a comment', 'Write {{#unless x}} … {{/unless}}', '{{#unless fields.size}}x{{/unless}}', '{{!fields.size}}'),
  'foreign-syntax': warning('{% … %} stays as it is', 'Write {{#if …}} … {{/if}}', '{{#if fields.size}}x{{/if}}', '{% if size %}x{% endif %}'),
  'join-in-quotes': warning('A join in quotes becomes one text', 'Write the list without quotes: {{json(xs)}}', '{"sizes": {{json(fields.list)}}}', '{"sizes": ["{{join(fields.list, \'","\')}}"]}'),
  'dynamic-key': warning('A key made by a template may repeat another', 'Write the key out', '{"size": 1}', '{"{{fields.size}}": 1}'),
  'maybe-empty': warning('A whole URL, header or path may come out empty', 'Give a default', '{{default(fields.url, "https://example.org")}}', '{{fields.url}}'),
  // checking
  'maybe-null': warning('A value may be missing, and null is written then', 'Give a default', '{"size": {{default(fields.size, 1)}}}', '{"size": {{fields.size}}}'),
  'unknown-scope': error('A path begins with a name that is no scope', 'Begin with fields, metadata, request, system, env, secrets or output', '{{fields.size}}', '{{field.size}}'),
  'unknown-field': error('The form has no such field', 'Name a field of the form', '{{fields.size}}', '{{fields.siez}}'),
  'unknown-action': error('There is no action of this id', 'Name an action that runs earlier', '{{output.create.arn}}', '{{output.craete.arn}}'),
  'unknown-output': error('The action gives no output of this name', 'Name an output that the action declares', '{{output.create.arn}}', '{{output.create.anr}}'),
  'unknown-name': error('The scope has no such name', 'Name a member of the scope', '{{request.user.email}}', '{{request.user.mail}}'),
  'env-not-allowed': warning('The process variable is not among those that templates may read; the item is not orderable', 'Have it allowed, or remove it', '{{env.QUEUE_API}}', '{{env.HOME}}'),
  'unknown-secret': error('There is no secret of this name', 'Name a secret of the store', '{{secrets.QUEUE_TOKEN}}', '{{secrets.QUEUE_TOKN}}'),
  'later-output': error('The output belongs to an action that runs later', 'Let the action depend on the one that it reads', '{{output.create.arn}} in a later action', '{{output.announce.id}} in an earlier action'),
  'maybe-skipped': warning('The action whose output is read may be skipped', 'Give a default', '{{default(output.create.arn, "none")}}', '{{output.create.arn}}'),
  'maybe-missing': warning('An output that its action may leave out is read without a fallback; an error in profile strict', 'Give a default, or let the action require it', '{{default(output.create.url, "none")}}', '{{output.create.url}}'),
  'not-an-object': error('A text, number or list has no members', 'Read the value itself', '{{fields.size}}', '{{fields.size.large}}'),
  'not-a-list': error('A list is needed here', 'Name a list', '{{#each fields.list}}x{{/each}}', '{{#each fields.number}}x{{/each}}'),
  'type': error('A value has another type than the function takes', 'Convert it, or take another function', '{{upper(fields.size)}}', '{{upper(fields.list)}}'),
  'never-equal': warning('The two sides are never equal', 'Compare with one of the values', '{{#if fields.stage == "prod"}}x{{/if}}', '{{#if fields.stage == "production"}}x{{/if}}'),
  'secret': error('A secret stands where none may stand', 'Use it only where the action takes secrets', 'token_ref: QUEUE_TOKEN', 'summary: "{{secrets.QUEUE_TOKEN}}"'),
  'object-in-text': warning('An object stands in a text as name=value, name=value', 'Write json(…)', '{{json(request.user)}}', '{{request.user}}'),
  'list-in-text': warning('A list stands in a text as a, b, c', 'Write join(…, ", ")', '{{join(fields.list, ", ")}}', '{{fields.list}}'),
  // rendering
  'missing-output': error('An output that is needed is not there', 'Give a default, or let the action give it', '{{default(output.create.arn, "")}}', '{{output.create.arn}}'),
  'missing-env': error('A process variable is not set', 'Set it, or give a default', '{{default(env.QUEUE_API, "https://example.org")}}', '{{env.QUEUE_API}}'),
  'missing-secret': error('A secret is not there', 'Store it', '{{secrets.QUEUE_TOKEN}}', '{{secrets.QUEUE_TOKEN}}, which nobody stored'),
  'required': error('required(…) found nothing', 'Give the value', '{{required(fields.size)}}, with a size', '{{required(fields.size)}}, without one'),
  'unsafe-value': error('A value cannot stand in this target', 'Check the value with a pattern in the form', 'https://example.org/{{fields.name}}, with name: orders', 'https://example.org/{{fields.name}}, with name: ..'),
  'budget': error('A rendering needs too many turns, too much work or too much room', 'Make the template or its values smaller', '{{#each fields.list}}x{{/each}}', 'loops within loops over long lists'),
}
