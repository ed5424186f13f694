/**
 * Every code that a template can be answered with. The first group comes from reading the template alone
 * (`compileTemplate`), the second from comparing it with its surroundings (`checkTemplate`), the third from rendering.
 */
export type TemplateIssueCode =
  // reading
  | 'syntax' // it cannot be read: an unclosed tag, a stray word, a missing operand
  | 'not-supported' // partials, decorators, raw blocks, delimiter changes, arithmetic, named arguments, Go and Jinja blocks
  | 'limit' // larger, deeper or longer than a template may be
  | 'forbidden-name' // `__proto__`, `constructor`, `prototype`
  | 'unknown-function'
  | 'unknown-block'
  | 'arguments' // too few, too many, or a pattern that cannot be used
  | 'no-this' // `this` outside of a loop
  | 'no-loop' // `@index`, `@key`, `@first`, `@last` outside of a loop
  | 'invalid-json' // the text around the expressions is not JSON on some way through the template
  | 'invalid-url' // the text around the expressions is not a URL: no scheme, a user name, a space
  | 'invalid-yaml' | 'invalid-hcl' | 'invalid-xml' | 'invalid-form' | 'invalid-html' // the same for these targets
  | 'invalid-text' // the text around the expressions cannot stand in a header or a path
  | 'position' // an expression stands where none may stand: part of a key, of a number, of an escape, of a host name
  | 'template-in-key' // a key of a config holds `{{`
  | 'not-a-template' // a config value that takes no template holds `{{`
  | 'triple' // warning: `{{{x}}}` means the same as `{{x}}`
  | 'literal-dollar' // warning: `${{ x }}` and `${X}` stay as they are
  | 'negated-comment' // warning: `{{!fields.x}}` is a comment
  | 'foreign-syntax' // warning: `{% … %}` stays as it is
  | 'join-in-quotes' // warning: `"{{join(xs, '","')}}"` becomes one text
  | 'dynamic-key' // warning: a key made by a template may repeat another
  | 'maybe-empty' // warning: a whole url, header or path may come out empty
  // checking
  | 'maybe-null' // warning: a bare JSON value whose field may be left out
  | 'unknown-scope'
  | 'unknown-field'
  | 'unknown-action'
  | 'unknown-output'
  | 'unknown-name'
  | 'env-not-allowed' // warning; refused by name when the item is ordered
  | 'unknown-secret'
  | 'later-output'
  | 'maybe-skipped' // warning
  | 'maybe-missing' // warning; an error in documents of profile strict
  | 'not-an-object'
  | 'not-a-list'
  | 'type'
  | 'never-equal' // warning
  | 'secret' // a secret value stands where none may stand
  | 'object-in-text' // warning
  | 'list-in-text' // warning
  // rendering
  | 'missing-output'
  | 'missing-env'
  | 'missing-secret'
  | 'required' // `required(value, message)` found nothing
  | 'unsafe-value' // a value cannot stand in this target: a `..` segment, a line break in a header, half a surrogate pair
  | 'budget' // too many iterations, too much work, too large a result

/** One thing wrong with one template, or with one rendering of it. */
export interface TemplateIssue {
  readonly code: TemplateIssueCode
  /** An error keeps the template from being used; a warning does not. */
  readonly severity: 'error' | 'warning'
  /** A sentence for the author of the document. It never contains a value that was rendered. */
  readonly message: string
  /** What to write instead, as it would stand in the template. Absent: nothing near is known. */
  readonly suggestion?: string
  /** Where it begins: UTF-16 units from the start of the template's source. */
  readonly offset: number
  /** Where it ends, exclusive. */
  readonly end: number
}
