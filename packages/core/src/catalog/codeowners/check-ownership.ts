import type { Issue } from '../issue.js'
import type { LoadedDocument } from '../load-document.js'
import type { LoadedItem } from '../loaded-item.js'
import { readYaml } from '../read-yaml.js'
import { nodeAt } from '../source-node.js'
import type { Codeowners } from './codeowners.js'
import { isOwnedBy } from './owns.js'

/** Who may change what in the repository that the documents come from. */
export interface Ownership {
  /** Absent: the repository has no CODEOWNERS file; then nothing is checked, and a warning says so. */
  readonly codeowners?: Codeowners
  /** The team that must own the paths of schemas and of the first item of a category. */
  readonly architectureTeam: string
}

/** What of the documents may not be served as it stands. */
export interface OwnershipCheck {
  readonly issues: readonly Issue[]
  /** Paths of the documents that are refused. */
  readonly refused: ReadonlySet<string>
}

const isSchema = (path: string): boolean => path.split('/').slice(0, -1).some((part) => part.toLowerCase() === 'schemas')

const placed = ({ path, source }: Pick<LoadedDocument, 'path' | 'source'>, key: readonly string[]): Pick<Issue, 'file' | 'path' | 'line' | 'column'> => {
  const { root, position } = readYaml(source)
  return { file: path, path: key.join('.'), ...position(nodeAt(root, [...key])?.start ?? 0) }
}

/** `@acme/data (line 7 of .github/CODEOWNERS)`. */
const whoOwns = (codeowners: Codeowners, path: string): string => {
  const { owners, lines } = codeowners.ownersOf(path)
  const place = lines.length === 0 ? codeowners.path : `line ${lines.join(', ')} of ${codeowners.path}`
  return owners.length === 0 ? `nobody does (${place})` : `${owners.join(', ')} ${owners.length === 1 ? 'does' : 'do'} (${place})`
}

const teamIssue = (document: LoadedDocument, { item: { owner } }: LoadedItem, codeowners: Codeowners): Issue | undefined => {
  if (isOwnedBy(codeowners.ownersOf(document.path).owners, owner.team, owner.contact)) return undefined
  return {
    code: 'owner-not-codeowner', severity: 'error', ...placed(document, ['metadata', 'owner']),
    message: `${owner.team} is the owner in metadata.owner and does not own ${document.path}: ${whoOwns(codeowners, document.path)}`,
  }
}

interface Architecture {
  readonly codeowners: Codeowners
  readonly team: string
  /** Categories that something served has. Empty: nothing was served yet, and a first catalog brings its categories along. */
  readonly categories: ReadonlySet<string>
}

const architectureIssue = (document: LoadedDocument, { codeowners, team, categories }: Architecture): Issue | undefined => {
  const category = document.item?.item.category
  const isNew = category !== undefined && categories.size > 0 && !categories.has(category)
  if (!isNew && !isSchema(document.path)) return undefined
  if (isOwnedBy(codeowners.ownersOf(document.path).owners, team)) return undefined
  const told = `${team} must own ${document.path}: ${whoOwns(codeowners, document.path)}`
  return isSchema(document.path)
    ? { code: 'schema-owner', severity: 'error', file: document.path, path: '', line: 1, column: 1, message: `a schema changes for everybody, so ${told}` }
    : { code: 'new-category-owner', severity: 'error', ...placed(document, ['metadata', 'category']), message: `no item of category ${category} was served before, so ${told}` }
}

const aboutFile = (file: string, line: number, code: 'codeowners-missing' | 'codeowners-line', message: string): Issue =>
  ({ code, severity: 'warning', path: '', file, line, column: 1, message })

/** `served`: what was served before, by id. */
export const checkOwnership = (documents: readonly LoadedDocument[], served: ReadonlyMap<string, LoadedItem>, { codeowners, architectureTeam }: Ownership): OwnershipCheck => {
  if (codeowners === undefined) return { issues: [aboutFile('CODEOWNERS', 1, 'codeowners-missing', 'no CODEOWNERS file of the repository is read: who may change a document is not checked')], refused: new Set() }
  const categories = new Set([...served.values()].flatMap(({ item: { category } }) => category ?? []))
  const found = documents.flatMap((document) => [
    document.item === undefined ? undefined : teamIssue(document, document.item, codeowners),
    architectureIssue(document, { codeowners, team: architectureTeam, categories }),
  ].flatMap((issue) => issue ?? []))
  const lines = codeowners.problems.map(({ line, message }) => aboutFile(codeowners.path, line, 'codeowners-line', message))
  return { issues: [...lines, ...found], refused: new Set(found.map(({ file }) => file)) }
}
