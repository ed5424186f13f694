import tseslint from 'typescript-eslint'

// Rules that find bugs and that tsc cannot find. Layout is a matter of taste here: no formatter, no layout rules.
const promises = {
  '@typescript-eslint/await-thenable': 'error',
  '@typescript-eslint/no-floating-promises': 'error',
  '@typescript-eslint/no-misused-promises': ['error', { checksVoidReturn: { arguments: false, attributes: false } }],
  '@typescript-eslint/only-throw-error': 'error',
  '@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
}

const everywhere = {
  eqeqeq: 'error',
  'no-console': 'error',
  'no-constant-binary-expression': 'error',
  'no-empty': ['error', { allowEmptyCatch: false }],
  'no-eval': 'error',
  'no-implied-eval': 'error',
  'no-fallthrough': 'error',
  'no-new-func': 'error',
  'no-self-compare': 'error',
  'no-unreachable-loop': 'error',
  'no-unsafe-finally': 'error',
  'no-useless-catch': 'error',
  'no-var': 'error',
  'prefer-const': ['error', { destructuring: 'all' }],
  '@typescript-eslint/ban-ts-comment': 'error',
  '@typescript-eslint/consistent-type-imports': ['error', { fixStyle: 'separate-type-imports' }],
  '@typescript-eslint/no-explicit-any': 'error',
  '@typescript-eslint/no-namespace': 'error',
  '@typescript-eslint/no-non-null-assertion': 'error',
  '@typescript-eslint/no-require-imports': 'error',
}

/** House, floor F1: pure and synchronous. Time and ids arrive inside events and arguments. */
const pureFolders = ['expression', 'template', 'form', 'resilience', 'catalog', 'governance', 'request']
const purity = {
  'no-restricted-globals': [
    'error',
    ...['process', 'setTimeout', 'setInterval', 'setImmediate', 'queueMicrotask', 'performance', 'crypto', 'fetch', 'Promise', 'AbortController']
      .map((name) => ({ name, message: 'F1 is pure and synchronous (house, section 3).' })),
  ],
  'no-restricted-properties': [
    'error',
    { object: 'Date', property: 'now', message: 'F1 has no clock: the time arrives as an argument.' },
    { object: 'Math', property: 'random', message: 'F1 has no randomness: it arrives as an argument.' },
    ...['crypto', 'globalThis', 'window'].map((object) => ({ object, message: 'F1 is pure.' })),
  ],
  'no-restricted-syntax': [
    'error',
    { selector: 'NewExpression[callee.name="Date"][arguments.length=0]', message: 'F1 has no clock: the time arrives as an argument.' },
    { selector: 'CallExpression[callee.name="Date"]', message: 'F1 has no clock: the time arrives as an argument.' },
    { selector: ':function[async=true]', message: 'F1 is synchronous.' },
    { selector: 'AwaitExpression', message: 'F1 is synchronous.' },
    { selector: 'ForOfStatement[await=true]', message: 'F1 is synchronous.' },
    { selector: 'ImportExpression', message: 'F1 is synchronous.' },
    { selector: 'TSTypeReference > Identifier[name=/^Promise(Like)?$/]', message: 'F1 is synchronous.' },
  ],
  'no-restricted-imports': [
    'error',
    {
      paths: [{
        name: 'node:crypto',
        allowImportNames: ['createHash', 'timingSafeEqual'],
        message: 'F1 may hash, and nothing else of node:crypto.',
      }],
      patterns: [
        { regex: '^node:(?!crypto$|buffer$)', message: 'F1 is pure: of Node it may use only hashing.' },
        { regex: '^(fs|path|os|crypto|http|https|net|child_process|process|timers)(/|$)', message: 'F1 is pure.' },
      ],
    },
  ],
}

const environment = {
  'no-restricted-properties': [
    'error',
    { object: 'process', property: 'env', message: 'Only the server reads the environment (house, floor F5).' },
  ],
}

export default tseslint.config(
  { ignores: ['**/dist/**', '**/node_modules/**', '**/.pao/**', 'coverage/**', '**/.built-*/**'] },
  { linterOptions: { reportUnusedDisableDirectives: 'error' } },
  { files: ['**/*.{js,mjs}'], rules: Object.fromEntries(Object.entries(everywhere).filter(([name]) => !name.startsWith('@') && name !== 'no-console')) },
  {
    files: ['**/*.ts'],
    plugins: { '@typescript-eslint': tseslint.plugin },
    languageOptions: {
      parser: tseslint.parser,
      parserOptions: { project: './tsconfig.json', tsconfigRootDir: import.meta.dirname },
    },
    rules: { ...everywhere, ...promises },
  },
  { files: ['packages/*/src/**/*.ts'], rules: { 'max-lines': ['error', 400] } },
  { files: ['packages/{core,testing,adapters-*,action-*}/src/**/*.ts'], rules: environment },
  { files: pureFolders.map((folder) => `packages/core/src/${folder}/**/*.ts`), rules: purity },
  { files: ['**/test/**/*.ts', 'test-support/**/*.ts', 'examples/**/*.ts'], rules: { 'no-console': 'off', '@typescript-eslint/no-non-null-assertion': 'off' } },
)
