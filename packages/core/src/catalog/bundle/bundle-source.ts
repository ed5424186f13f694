/** What stands between the documents of a linked bundle: no line of a single document can be this. */
const separator = /\n--- # component (\S+)\n/

interface SourceFile {
  readonly path: string
  readonly source: string
}

/** A bundle and the documents of its items as one text: the definition that a request is pinned to. */
export const joinSources = (bundle: string, items: readonly SourceFile[]): string =>
  [bundle, ...items.flatMap(({ path, source }) => [`\n--- # component ${encodeURI(path)}\n`, source])].join('')

/** The documents of such a text. One that is no linked bundle is its only document. */
export const splitSources = (joined: SourceFile): { readonly bundle: SourceFile; readonly items: readonly SourceFile[] } => {
  const [first = '', ...rest] = joined.source.split(separator)
  const items = rest.flatMap((path, index) => index % 2 === 0 ? [{ path: decodeURI(path), source: rest[index + 1] ?? '' }] : [])
  return { bundle: { path: joined.path, source: first }, items }
}
