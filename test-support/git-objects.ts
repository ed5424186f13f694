import { createHash } from 'node:crypto'
import { deflateSync } from 'node:zlib'

/** What a path of a commit holds: a text, bytes, a symbolic link, or another repository at a commit. */
export type GitContent = string | Uint8Array | { readonly link: string } | { readonly submodule: string }

interface GitObject {
  readonly type: 'commit' | 'tree' | 'blob'
  readonly data: Uint8Array
}

/** One line of a tree. */
export interface GitEntry {
  readonly name: string
  /** `40000`: a folder. */
  readonly mode: string
  readonly id: string
}

/** The numbers of the pack format. */
const packTypes = { commit: 1, tree: 2, blob: 3 } as const

const sha1 = (...parts: readonly Uint8Array[]): Buffer => parts.reduce((hash, part) => hash.update(part), createHash('sha1')).digest()

/** Trees are sorted as if the names of folders ended in "/". */
const sortName = ({ mode, name }: GitEntry): Buffer => Buffer.from(mode === '40000' ? `${name}/` : name)

const encodeTree = (entries: readonly GitEntry[]): Uint8Array => Buffer.concat(
  entries.toSorted((left, right) => Buffer.compare(sortName(left), sortName(right))).flatMap(({ mode, name, id }) => [Buffer.from(`${mode} ${name}\0`), Buffer.from(id, 'hex')]),
)

const entriesOf = (data: Uint8Array): readonly GitEntry[] => {
  const bytes = Buffer.from(data)
  const found: GitEntry[] = []
  for (let at = 0; at < bytes.length;) {
    const end = bytes.indexOf(0, at)
    const space = bytes.indexOf(32, at)
    found.push({ mode: bytes.toString('latin1', at, space), name: bytes.toString('utf8', space + 1, end), id: bytes.toString('hex', end + 1, end + 21) })
    at = end + 21
  }
  return found
}

/** Type and size before an object of a pack: four bits of the size, then seven a byte. */
const packHeader = (type: number, size: number): Uint8Array => {
  const bytes = [(type << 4) | (size & 15)]
  for (let rest = Math.floor(size / 16); rest > 0; rest = Math.floor(rest / 128)) {
    bytes[bytes.length - 1]! |= 128
    bytes.push(rest & 127)
  }
  return Uint8Array.from(bytes)
}

/** A Git object database in memory, written without a Git library, so that what reads it is not tested against itself. */
export const gitObjects = () => {
  const objects = new Map<string, GitObject>()

  const put = (type: GitObject['type'], data: Uint8Array): string => {
    const id = sha1(Buffer.from(`${type} ${data.length}\0`), data).toString('hex')
    objects.set(id, { type, data })
    return id
  }

  const entryOf = (name: string, content: GitContent): GitEntry => {
    if (typeof content === 'string' || content instanceof Uint8Array) return { name, mode: '100644', id: put('blob', Buffer.from(content)) }
    return 'link' in content ? { name, mode: '120000', id: put('blob', Buffer.from(content.link)) } : { name, mode: '160000', id: content.submodule }
  }

  const putTree = (files: readonly (readonly [string, GitContent])[]): string => {
    const folders = new Map<string, (readonly [string, GitContent])[]>()
    const entries: GitEntry[] = []
    for (const [path, content] of files) {
      const slash = path.indexOf('/')
      if (slash < 0) entries.push(entryOf(path, content))
      else {
        const folder = path.slice(0, slash)
        folders.set(folder, [...folders.get(folder) ?? [], [path.slice(slash + 1), content]])
      }
    }
    for (const [name, inside] of folders) entries.push({ name, mode: '40000', id: putTree(inside) })
    return put('tree', encodeTree(entries))
  }

  const reach = (id: string, seen: Set<string>, withParents: boolean): void => {
    const object = objects.get(id)
    if (object === undefined || seen.has(id)) return
    seen.add(id)
    if (object.type === 'tree') for (const entry of entriesOf(object.data)) reach(entry.id, seen, withParents)
    if (object.type !== 'commit') return
    for (const [, kind, next = ''] of Buffer.from(object.data).toString().matchAll(/^(tree|parent) ([0-9a-f]{40})$/gm)) {
      if (kind === 'tree' || withParents) reach(next, seen, withParents)
    }
  }

  return {
    /** A commit of exactly these files. Equal calls give equal ids, but for `message`. */
    commit: (files: ReadonlyMap<string, GitContent>, parent: string | undefined, message: string): string => {
      const person = 'Fixture <fixture@example.org> 1700000000 +0000'
      const lines = [`tree ${putTree([...files])}`, ...(parent === undefined ? [] : [`parent ${parent}`]), `author ${person}`, `committer ${person}`, '', message, '']
      return put('commit', Buffer.from(lines.join('\n')))
    },
    has: (id: string): boolean => objects.has(id),
    /** The bytes of a blob, or of any other object. */
    data: (id: string): Uint8Array | undefined => objects.get(id)?.data,
    /** What stands in the tree of a commit, or in a tree. */
    entries: (id: string): readonly GitEntry[] => {
      const object = objects.get(id)
      if (object === undefined || object.type === 'blob') return []
      return entriesOf(object.type === 'tree' ? object.data : objects.get(Buffer.from(object.data).toString('latin1', 5, 45))?.data ?? new Uint8Array())
    },
    /** The id of a commit's tree. */
    treeOf: (id: string): string => Buffer.from(objects.get(id)?.data ?? []).toString('latin1', 5, 45),
    /** A pack of what `wanted` leads to and `known` does not. `shallow`: of each commit only its own tree. */
    pack: (wanted: readonly string[], known: readonly string[], shallow: boolean): Uint8Array => {
      const [needed, there] = [new Set<string>(), new Set<string>()]
      for (const id of known) reach(id, there, !shallow)
      for (const id of wanted) reach(id, needed, !shallow)
      const sent = [...needed].filter((id) => !there.has(id)).map((id) => objects.get(id)!)
      const head = Buffer.alloc(12)
      head.write('PACK')
      head.writeUInt32BE(2, 4)
      head.writeUInt32BE(sent.length, 8)
      const body = [head, ...sent.flatMap(({ type, data }) => [packHeader(packTypes[type], data.length), deflateSync(data)])]
      return Buffer.concat([...body, sha1(...body)])
    },
  }
}

export type GitObjects = ReturnType<typeof gitObjects>
