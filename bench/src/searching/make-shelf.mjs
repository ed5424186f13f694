import { drawing, seeded } from '../documents/random.mjs'

const syllables = ['ka', 'lo', 'mi', 'ter', 'ra', 'form', 'ku', 'ber', 'post', 'gre', 'sql', 're', 'dis', 'que', 'ue', 'net', 'sec', 'ret', 'vau', 'lt', 'clu', 'ster', 'bu', 'cket', 'ga', 'te', 'way', 'cert', 'dns', 'mon']
const things = ['postgresql', 'kubernetes', 'redis', 'terraform', 'namespace', 'certificate', 'database', 'bucket', 'firewall', 'repository', 'pipeline', 'dashboard', 'secret', 'queue', 'topic', 'cluster']
const categories = ['compute', 'databases', 'storage', 'networking', 'security', 'monitoring', 'messaging', 'other']

const writing = (random) => {
  const { oneOf, between } = drawing(random)
  const words = [...Array.from({ length: 3_000 }, () => oneOf(syllables) + oneOf(syllables) + oneOf(syllables)), ...things]
  /** Few words are frequent and most are rare, as in texts. */
  const word = () => words[Math.floor(words.length * (1 - random() ** 0.35))]
  return { oneOf, between, word, text: (length) => Array.from({ length }, word).join(' ') }
}

/** So many items of a catalog, the same in every run; a third of them for two teams alone. */
export const makeShelf = (count) => {
  const { oneOf, word, text } = writing(seeded(6))
  return Array.from({ length: count }, (_, index) => ({
    id: `item-${index}`, name: `${word()} ${oneOf(things)} ${word()}`, description: text(25), tags: [word(), word(), oneOf(things)], owner: `team-${index % 60}`,
    category: oneOf(categories), ...(index % 3 === 0 ? { audience: [`team-${index % 60}`, 'auditors'] } : {}),
  }))
}

/** What is looked for, by its kind: words of names as they are, begun, misspelt, and two of them. */
export const makeQueries = (shelf, count) => {
  const { oneOf, between } = drawing(seeded(7))
  const names = Array.from({ length: count }, () => oneOf(shelf).name.split(' '))
  const words = names.map((name) => name[between(0, 2)])
  return { word: words, beginning: words.map((word) => word.slice(0, 4)), typo: words.map((word) => word.slice(0, 2) + word.slice(3)), 'two words': names.map(([first, second]) => `${first} ${second}`) }
}
