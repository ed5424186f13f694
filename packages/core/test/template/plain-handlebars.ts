import fc from 'fast-check'

const space = fc.constantFrom('', ' ', '\n', '  ', '\t', '\r\n', ' \n ')
const tilde = fc.constantFrom('', '', '', '', '~')
const path = fc.constantFrom('foo', 'foo.bar', 'foo-x.bar', 'this', 'this.a', '.', '../foo', '../../a.b', '@index', '@root.foo', 'foo.[0].x', 'foo.[a b]', './x', 'a/b', '@../index', '[x y]', 'this/x', '..', '$x', 'a1', 'é')
const literal = fc.constantFrom('"a"', "'b c'", '1', '-2.5', 'true', 'false', 'null', 'undefined', '"\\"q"', "'}}'", '""')
const text = fc.constantFrom('abc', '  ', '\n', ' \n ', 'x\n', '{', '}', '\\\\', '\n\n', ' a ', '"a":', '} }', '\\{{x}}', '\t\r\n', '"', '\\', '{{!-- c --}}', '{{! c }}', '{{~! c~}}', '{{!--a\n}}b--}}', '{{!}}', '{{!----}}')
const helper = fc.constantFrom('f', 'g-h')

const all = (...parts: (string | fc.Arbitrary<string>)[]): fc.Arbitrary<string> =>
  fc.tuple(...parts.map((part) => (typeof part === 'string' ? fc.constant(part) : part))).map((texts) => texts.join(''))
const maybe = (part: fc.Arbitrary<string>): fc.Arbitrary<string> => fc.oneof(fc.constant(''), part)

const { parameter, subExpression } = fc.letrec<{ parameter: string; subExpression: string }>((tie) => ({
  parameter: fc.oneof({ maxDepth: 3 }, path, literal, tie('subExpression')),
  subExpression: all('(', space, helper, ' ', tie('parameter'), maybe(all(' ', tie('parameter'))), space, ')'),
}))

const mustache = fc.oneof(
  all('{{', tilde, space, path, space, tilde, '}}'),
  all('{{', tilde, space, helper, ' ', parameter, maybe(all('  ', parameter)), space, tilde, '}}'),
  all('{{', tilde, '{', space, path, space, '}', tilde, '}}'),
  all('{{', tilde, '&', space, path, space, tilde, '}}')
)

const { body } = fc.letrec<{ body: string; block: string; chain: string }>((tie) => ({
  body: fc.array(fc.oneof({ maxDepth: 4 }, text, mustache, tie('block')), { maxLength: 5 }).map((parts) => parts.join('')),
  chain: fc.array(all('{{', tilde, space, 'else if ', path, tilde, '}}', tie('body')), { maxLength: 3 }).map((parts) => parts.join('')),
  block: fc.oneof(
    fc.constantFrom('if', 'unless').chain((name) =>
      all('{{', tilde, '#', space, name, ' ', fc.oneof(path, subExpression), space, tilde, '}}', tie('body'), tie('chain'), maybe(all('{{', tilde, fc.constantFrom('else', ' else ', '^'), tilde, '}}', tie('body'))), '{{', tilde, '/', space, name, space, tilde, '}}')),
    fc.constantFrom('each', 'with').chain((name) =>
      all('{{', tilde, '#', name, ' ', path, fc.constantFrom('', ' as |x|', ' as |x i|'), tilde, '}}', tie('body'), maybe(all('{{', tilde, 'else', tilde, '}}', tie('body'))), '{{', tilde, '/', name, tilde, '}}')),
    fc.constantFrom('foo', 'foo.bar', 'a-b').chain((name) =>
      all('{{', tilde, fc.constantFrom('#', '^'), name, tilde, '}}', tie('body'), maybe(all('{{else}}', tie('body'))), '{{/', name, '}}'))
  ),
}))

/** Templates of the part of Handlebars that we share with it, for comparing trees. Some are refused by both. */
export const plainTemplate: fc.Arbitrary<string> = body

/** Values that need no escaping, so that Handlebars' escape mode prints them as they are. */
export const plainVariables = {
  fields: { a: 'x', n: 0, m: 12, e: '', t: true, f: false, nul: null, xs: ['p', 'q', 'r'], none: [], os: [{ k: 'v', in: [1, 2] }, { k: '', in: [] }, { k: 'w' }], o: { k: 'z', deep: { d: 1 } } },
  metadata: { id: 'm' }, request: {}, system: {}, env: {}, secrets: {}, output: {},
}

const rootPath = fc.constantFrom('a', 'n', 'm', 'e', 't', 'f', 'nul', 'gone', 'o.k', 'o.deep.d', 'o.gone.d', 'xs.length', 'xs.[1]', 'os.[0].k').map((name) => `fields.${name}`)
const tested = fc.oneof(rootPath, fc.constantFrom('fields.xs', 'fields.none', 'fields.o', 'fields.os'))
const plainText = fc.constantFrom('abc', ' ', '\n', ' \n', 'x\n', '\n\n ', '{ ', ' } ', '{{! c }}', '{{!-- c --}}\n')
const write = (name: fc.Arbitrary<string>): fc.Arbitrary<string> => all('{{', tilde, name, tilde, '}}')
/** Handlebars looks in the element only; the scopes are reached from the root. */
const fromRoot = (name: fc.Arbitrary<string>): fc.Arbitrary<string> => name.map((each) => `@root.${each}`)

const branches = (condition: fc.Arbitrary<string>, inner: fc.Arbitrary<string>): fc.Arbitrary<string> =>
  fc.constantFrom('if', 'unless').chain((name) =>
    all('{{', tilde, '#', name, ' ', condition, tilde, '}}', inner, maybe(all('{{else if ', condition, tilde, '}}', inner)), maybe(all('{{', tilde, 'else}}', inner)), '{{/', name, tilde, '}}'))

const { atRoot } = fc.letrec<{ atRoot: string; inScalars: string; inObjects: string; inMembers: string }>((tie) => ({
  atRoot: fc.array(fc.oneof({ maxDepth: 3 }, plainText, write(rootPath),
    branches(tested, tie('atRoot')),
    all('{{#each ', fc.constantFrom('fields.xs', 'fields.none', 'fields.gone'), tilde, '}}', tie('inScalars'), maybe(all('{{else}}', tie('atRoot'))), '{{/each}}'),
    all('{{#each fields.os}}', tie('inObjects'), '{{/each}}'),
    all('{{#fields.os}}', tie('inObjects'), '{{/fields.os}}'),
    all('{{#each fields.o}}', tie('inMembers'), '{{/each}}'),
    all('{{#with ', fc.constantFrom('fields.o', 'fields.gone', 'fields.none'), '}}', write(fc.constantFrom('k', 'this.k', 'deep.d', 'gone')), '{{else}}-{{/with}}'),
    all('{{#fields.o}}', write(fc.constantFrom('k', 'deep.d')), '{{/fields.o}}'),
    all('{{^', fc.constantFrom('fields.none', 'fields.gone', 'fields.n', 'fields.e', 'fields.f', 'fields.nul', 'fields.xs'), tilde, '}}', tie('atRoot'), '{{/@}}')
  ), { maxLength: 5 }).map((parts) => parts.join('')),
  inScalars: fc.array(fc.oneof({ maxDepth: 2 }, plainText, write(fc.constantFrom('this', '.', '@index', '@key', '@first', '@last', '../fields.a')), write(fromRoot(rootPath)),
    branches(fc.constantFrom('@first', '@last', 'this', '@index', '@root.fields.n'), tie('inScalars'))), { maxLength: 4 }).map((parts) => parts.join('')),
  inObjects: fc.array(fc.oneof({ maxDepth: 2 }, plainText, write(fc.constantFrom('k', 'this.k', './k', '@index', 'in.length', 'in.[0]', 'gone', '../fields.a')), write(fromRoot(rootPath)),
    branches(fc.constantFrom('k', 'in', '@last', 'gone'), tie('inObjects')),
    all('{{#each in}}', write(fc.constantFrom('this', '../k', '@index', '@../index', '@last', '@root.fields.a')), '{{else}}none{{/each}}')), { maxLength: 4 }).map((parts) => parts.join('')),
  inMembers: fc.array(fc.oneof({ maxDepth: 2 }, plainText, write(fc.constantFrom('@key', '@index', '@first', '@last', 'd', '@root.fields.a')),
    branches(fc.constantFrom('@first', '@last'), tie('inMembers'))), { maxLength: 4 }).map((parts) => parts.join('')),
}))

/** `{{/@}}` stands for the closing of the inverted section before it, whose name it repeats. */
const closeInverted = (source: string): string => {
  const open: string[] = []
  return source.replace(/\{\{\^(fields\.\w+)~?\}\}|\{\{\/@\}\}/g, (tag, name: string | undefined) => {
    if (name !== undefined) open.push(name)
    return name === undefined ? `{{/${open.pop() ?? ''}}}` : tag
  })
}

/** Templates over `plainVariables` that mean the same to both, for comparing answers. */
export const plainReading: fc.Arbitrary<string> = atRoot.map(closeInverted)
