import { isMap, isScalar, isSeq, parseDocument } from 'yaml'

/** A name of a document: a key, or one name of a path within a template. */
export interface NamePlace {
  readonly kind: 'key' | 'template'
  readonly name: string
  readonly offset: number
  /** Keys from the root, with `*` for places of lists. Of a template: those of the value that it stands in. */
  readonly path: string
}

const keysOf = (node: unknown, path: readonly string[]): readonly NamePlace[] => {
  if (isSeq(node)) return node.items.flatMap((item) => keysOf(item, [...path, '*']))
  if (!isMap(node)) return []
  return node.items.flatMap((pair) => {
    if (!isScalar(pair.key) || typeof pair.key.value !== 'string') return []
    const at = [...path, pair.key.value]
    const quoted = pair.key.type === 'QUOTE_DOUBLE' || pair.key.type === 'QUOTE_SINGLE' ? 1 : 0
    return [{ kind: 'key', name: pair.key.value, offset: (pair.key.range?.[0] ?? 0) + quoted, path: at.join('.') } as const, ...keysOf(pair.value, at)]
  })
}

const scalarsOf = (node: unknown, path: readonly string[]): readonly { readonly start: number; readonly end: number; readonly path: string }[] => {
  if (isSeq(node)) return node.items.flatMap((item) => scalarsOf(item, [...path, '*']))
  if (isMap(node)) return node.items.flatMap((pair) => scalarsOf(pair.value, [...path, isScalar(pair.key) ? String(pair.key.value) : '?']))
  return isScalar(node) && node.range ? [{ start: node.range[0], end: node.range[1], path: path.join('.') }] : []
}

/** Names of paths: what follows a dot or slash, or is followed by one. Texts in quotes are none. */
const pathNames = /"[^"]*"|'[^']*'|[A-Za-z_$][\w-]*/g

const templateNames = (source: string, root: unknown): readonly NamePlace[] => scalarsOf(root, []).flatMap(({ start, end, path }) =>
  [...source.slice(start, end).matchAll(/\{\{(?![!#/^])([^{}]*)\}\}/g)].flatMap((tag) => [...(tag[1] ?? '').matchAll(pathNames)].flatMap((found) => {
    const offset = start + tag.index + 2 + found.index
    const isPath = /[./]/.test(source[offset - 1] ?? '') || /[./]/.test(source[offset + found[0].length] ?? '')
    return isPath && !/^["']/.test(found[0]) ? [{ kind: 'template', name: found[0], offset, path } as const] : []
  })))

/** Every key of a document, and every name of a path in its templates. */
export const namesIn = (source: string): readonly NamePlace[] => {
  const { contents } = parseDocument(source)
  return [...keysOf(contents, []), ...templateNames(source, contents)]
}

/** A name with one slip: a letter left out, written twice, swapped with the next, or another in its place. */
export const slips = (name: string): readonly string[] => [...new Set([...name].flatMap((letter, index) => {
  const [before, after] = [name.slice(0, index), name.slice(index + 1)]
  const other = letter === 'x' ? 'q' : 'x'
  return [before + after, before + letter + letter + after, ...(after === '' ? [] : [before + (after[0] ?? '') + letter + after.slice(1)]), before + other + after]
}))].filter((slip) => slip !== name && slip !== '')
