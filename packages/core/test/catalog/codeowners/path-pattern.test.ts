import fc from 'fast-check'
import picomatch from 'picomatch'
import { describe, expect, test } from 'vitest'
import { githubPattern, gitlabPattern } from '../../../src/catalog/codeowners/path-pattern.js'

describe('patterns of GitHub', () => {
  test.each<[pattern: string, fits: readonly string[], not: readonly string[]]>([
    ['*', ['a', 'a/b/c.yaml'], []],
    ['*.yaml', ['a.yaml', 'deep/er/a.yaml', 'x.yaml/inside'], ['a.yml', 'a.yaml.txt']],
    ['/docs/', ['docs/a', 'docs/b/c'], ['docs', 'x/docs/a']],
    ['apps/', ['apps/a', 'x/apps/b/c'], ['apps', 'myapps/a']],
    ['docs/*', ['docs/a.md'], ['docs/b/c.md', 'x/docs/a.md']],
    ['/*', ['a'], ['a/b']],
    ['/catalog/databases', ['catalog/databases', 'catalog/databases/a/b.yaml'], ['catalog/databases2/a', 'x/catalog/databases/a']],
    ['catalog/databases', ['catalog/databases/a'], ['x/catalog/databases/a']],
    ['**/logs', ['logs/a', 'build/logs', 'deep/er/logs/x/y'], ['logs2/a']],
    ['/a/**/z', ['a/z', 'a/b/z', 'a/b/c/z/y'], ['b/a/z']],
    ['/a/**', ['a/b', 'a/b/c'], ['a', 'b/a/c']],
    ['**', ['a', 'a/b'], []],
    ['a?c', ['abc', 'x/abc/y'], ['ac', 'a/c']],
    ['my\\ file.yaml', ['my file.yaml', 'x/my file.yaml'], ['my', 'file.yaml']],
    ['a\\*b', ['a*b'], ['axb']],
    ['.github/', ['.github/workflows/x.yml'], ['github/x']],
  ])('%s', (pattern, fits, not) => {
    const matches = githubPattern(pattern)
    expect(fits.filter((path) => matches?.(path) !== true)).toEqual([])
    expect(not.filter((path) => matches?.(path) !== false)).toEqual([])
  })

  test.each(['!a', 'file[0-9]', '\\#a', 'a***b', '/'])('%s is not read', (pattern) => { expect(githubPattern(pattern)).toBeUndefined() })
})

describe('patterns of GitLab', () => {
  test.each<[pattern: string, fits: readonly string[], not: readonly string[]]>([
    ['*', ['a', 'a/b/c.yaml'], []],
    ['*.yaml', ['a.yaml', 'deep/a.yaml'], ['a.yaml/inside']],
    ['/docs/', ['docs/a', 'docs/b/c'], ['docs', 'x/docs/a']],
    ['docs/', ['docs/a', 'x/docs/b/c'], ['mydocs/a']],
    ['docs/index.md', ['docs/index.md', 'x/y/docs/index.md'], ['docs/other.md']],
    ['/docs', ['docs'], ['docs/a']],
    ['/docs/*', ['docs/a'], ['docs/b/c']],
    ['/docs/**', ['docs/a'], ['docs/b/c']],
    ['/docs/**/*.md', ['docs/a.md', 'docs/b/c/d.md'], ['docs/a.txt']],
    ['/file[0-9].md', ['file7.md'], ['filex.md']],
    ['/file[!a-c]', ['filed', 'file]'], ['filea', 'filec']],
    ['/open[bracket', ['open[bracket'], ['openb']],
    ['\\#pound.rb', ['#pound.rb', 'x/#pound.rb'], ['pound.rb']],
    ['path\\ with\\ spaces/', ['path with spaces/a'], ['path/a']],
  ])('%s', (pattern, fits, not) => {
    const matches = gitlabPattern(pattern)
    expect(fits.filter((path) => !matches(path))).toEqual([])
    expect(not.filter((path) => matches(path))).toEqual([])
  })
})

describe('beside picomatch', () => {
  const name = fc.array(fc.constantFrom('a', 'b', '-', '.'), { minLength: 1, maxLength: 4 }).map((letters) => letters.join('')).filter((text) => !/^\.+$/.test(text))
  const path = fc.array(name, { minLength: 1, maxLength: 5 }).map((names) => names.join('/'))
  const part = fc.oneof({ arbitrary: fc.constant('**'), weight: 1 }, { arbitrary: fc.array(fc.constantFrom('a', 'b', '-', '.', '*', '?'), { minLength: 1, maxLength: 4 }).map((letters) => letters.join('').replace(/\*+/g, '*')).filter((text) => !/^\.+$/.test(text)), weight: 4 })
  const options = { dot: true, nobrace: true, noextglob: true, nonegate: true, nobracket: true, strictSlashes: true }

  test('a pattern that is bound to the root fits what picomatch fits', () => {
    fc.assert(fc.property(fc.array(part, { minLength: 1, maxLength: 4 }), name, path, (parts, last, tried) => {
      // Ended by a plain name: what hosts make of the end is their own.
      const pattern = [...parts, last].join('/')
      expect(gitlabPattern(`/${pattern}`)(tried)).toBe(picomatch.isMatch(tried, pattern, options))
      expect(githubPattern(`/${pattern}`)?.(tried)).toBe(picomatch.isMatch(tried, [pattern, `${pattern}/**/*`], options))
    }), { numRuns: 2000 })
  })

  test('a path fits itself, escaped', () => {
    fc.assert(fc.property(fc.stringMatching(/^[ -.0-~]{1,12}$/), (text) => {
      const escaped = text.replace(/[\\ *?[\]#]/g, '\\$&')
      expect(gitlabPattern(`/${escaped}`)(text)).toBe(true)
      expect(gitlabPattern(`/${escaped}`)(`${text}x`)).toBe(false)
    }))
  })

  test('many runs are no trap', () => {
    const matches = githubPattern(`/${'*a'.repeat(50)}/${'**/'.repeat(50)}z`)
    expect(matches?.(`${'a'.repeat(2000)}b/${'x/'.repeat(400)}y`)).toBe(false)
  })
})
