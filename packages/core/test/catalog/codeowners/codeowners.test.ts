import { describe, expect, test } from 'vitest'
import { parseCodeowners } from '../../../src/catalog/codeowners/codeowners.js'
import { isOwnedBy } from '../../../src/catalog/codeowners/owns.js'

const github = (source: string, directory?: string) => parseCodeowners({ path: '.github/CODEOWNERS', source, dialect: 'github', ...(directory === undefined ? {} : { directory }) })
const gitlab = (source: string) => parseCodeowners({ path: '.gitlab/CODEOWNERS', source, dialect: 'gitlab' })

describe('GitHub', () => {
  test('the last line that fits decides, and one without owners takes them away', () => {
    const file = github('# who owns what\n*  @acme/all\n\n/catalog/databases/ @acme/data dba@example.com # with a comment\n/catalog/databases/free/\n')
    expect(file.ownersOf('readme')).toEqual({ owners: ['@acme/all'], lines: [2] })
    expect(file.ownersOf('catalog/databases/a.yaml')).toEqual({ owners: ['@acme/data', 'dba@example.com'], lines: [4] })
    expect(file.ownersOf('catalog/databases/free/a.yaml')).toEqual({ owners: [], lines: [5] })
    expect(github('/a @x').ownersOf('b')).toEqual({ owners: [], lines: [] })
  })

  test('a line that cannot be read is left out and told', () => {
    const file = github('* @acme/all\n!a @b\nfile[0-9] @b\n/a acme/data\n/b @acme/data and more\r\n/c @ok')
    expect(file.problems.map(({ line }) => line)).toEqual([2, 3, 4, 5])
    expect(file.problems[2]?.message).toContain('acme/data is no owner')
    expect(file.ownersOf('a').owners).toEqual(['@acme/all'])
    expect(file.ownersOf('c').owners).toEqual(['@ok'])
  })

  test('paths of the catalog begin in its folder of the repository', () => {
    expect(github('/catalog/x/ @x', 'catalog').ownersOf('x/a.yaml').owners).toEqual(['@x'])
    expect(github('/x/ @x', 'catalog').ownersOf('x/a.yaml').owners).toEqual([])
  })

  test('of a file that is too large nobody owns anything', () => {
    const file = github(`* @acme/all\n${'#'.repeat(3 * 1024 * 1024)}`)
    expect([file.ownersOf('a').owners, file.problems.length]).toEqual([[], 1])
  })
})

describe('GitLab', () => {
  test('in each section the last line that fits decides, and the owners of all sections count', () => {
    const file = gitlab('* @all\n\n[Databases]\n*.yaml @dba\n/catalog/databases/ @data\n\n^[Security][2] @sec\n/catalog/databases/\n/catalog/networks/ @net\n')
    expect(file.ownersOf('catalog/databases/a.yaml')).toEqual({ owners: ['@all', '@data', '@sec'], lines: [1, 5, 8] })
    expect(file.ownersOf('catalog/networks/a.yaml').owners).toEqual(['@all', '@dba', '@net'])
    expect(file.ownersOf('readme').owners).toEqual(['@all'])
  })

  test('sections of one name, whatever its case, are one', () => {
    const file = gitlab('[Data] @first\n/a/\n[Other]\n/b/ @b\n[DATA] @second\n/a/x\n')
    expect(file.ownersOf('a/x').owners).toEqual(['@second'])
    expect(file.ownersOf('a/y').owners).toEqual(['@first'])
  })

  test('what is excluded belongs to nobody in its section, whatever follows', () => {
    const file = gitlab('* @all\n[Ruby]\n*.rb @ruby\n!/config/*.rb\n/config/a.rb @again\n')
    expect(file.ownersOf('config/a.rb').owners).toEqual(['@all'])
    expect(file.ownersOf('lib/a.rb').owners).toEqual(['@all', '@ruby'])
  })

  test('a word that is no owner does not bring the owners of the section in its place', () => {
    const file = gitlab('[Data] @default\n/a/ data-team\n/b/ @@maintainer\n')
    expect([file.ownersOf('a/x').owners, file.ownersOf('b/x').owners]).toEqual([[], ['@@maintainer']])
    expect(file.problems).toEqual([{ line: 2, message: expect.stringContaining('data-team is no owner') }])
  })
})

describe('a team', () => {
  test.each<[owner: string, team: string, contact: string | undefined, is: boolean]>([
    ['@acme/platform-data', 'platform-data', undefined, true],
    ['@acme/Platform-Data', 'Platform Data', undefined, true],
    ['@platform-data', 'platform-data', undefined, true],
    ['@group/sub/platform-data', 'platform-data', undefined, true],
    ['@acme/platform-data', '@acme/platform-data', undefined, true],
    ['@other/platform-data', 'acme/platform-data', undefined, false],
    ['@acme/platform-data', 'data', undefined, false],
    ['@acme/platform-data', 'acme', undefined, false],
    ['@@maintainer', 'maintainer', undefined, false],
    ['Team@Example.com', 'data', 'team@example.com', true],
    ['team@example.com', 'team', undefined, false],
    ['team@example.com', 'team@example.com', undefined, false],
    ['@acme/data', '', undefined, false],
  ])('%s is %s (%s): %s', (owner, team, contact, is) => { expect(isOwnedBy([owner], team, contact)).toBe(is) })
})
