import type { PromiseFsClient } from 'isomorphic-git'

const failure = (code: string, path: string): Error => Object.assign(new Error(`${code}: ${path}`), { code })

const parentOf = (path: string): string => path.slice(0, Math.max(path.lastIndexOf('/'), 0)) || '/'

const plain = (path: string): string => path.replace(/\/+/g, '/').replace(/(.)\/$/, '$1')

const encodingOf = (options: unknown): unknown => (typeof options === 'object' && options !== null ? (options as { readonly encoding?: unknown }).encoding : options)

const statOf = (isFile: boolean, size: number) => ({
  isFile: () => isFile, isDirectory: () => !isFile, isSymbolicLink: () => false,
  size, mode: isFile ? 0o100644 : 0o040000, type: isFile ? 'file' : 'dir', ino: 0, dev: 0, uid: 0, gid: 0, ctimeMs: 0, mtimeMs: 0,
})

/** The part of a file system that isomorphic-git needs for a bare repository, in memory. There are no links in it. */
export const memoryFiles = (): PromiseFsClient => {
  const files = new Map<string, Uint8Array>()
  const folders = new Set(['/'])

  const look = async (given: string) => {
    const path = plain(given)
    const file = files.get(path)
    if (file === undefined && !folders.has(path)) throw failure('ENOENT', path)
    return statOf(file !== undefined, file?.length ?? 0)
  }

  const inside = (path: string): readonly string[] =>
    [...files.keys(), ...folders].filter((each) => each !== '/' && parentOf(each) === path).map((each) => each.slice(each.lastIndexOf('/') + 1)).toSorted()

  return {
    promises: {
      readFile: async (given: string, options?: unknown) => {
        const file = files.get(plain(given))
        if (file === undefined) throw failure('ENOENT', given)
        return encodingOf(options) === 'utf8' ? new TextDecoder().decode(file) : file
      },
      writeFile: async (given: string, data: Uint8Array | string) => {
        const path = plain(given)
        if (!folders.has(parentOf(path))) throw failure('ENOENT', path)
        files.set(path, typeof data === 'string' ? new TextEncoder().encode(data) : Uint8Array.from(data))
      },
      unlink: async (given: string) => {
        if (!files.delete(plain(given))) throw failure('ENOENT', given)
      },
      readdir: async (given: string) => {
        const path = plain(given)
        if (!folders.has(path)) throw failure(files.has(path) ? 'ENOTDIR' : 'ENOENT', path)
        return inside(path)
      },
      mkdir: async (given: string) => {
        const path = plain(given)
        if (folders.has(path) || files.has(path)) throw failure('EEXIST', path)
        if (!folders.has(parentOf(path))) throw failure('ENOENT', path)
        folders.add(path)
      },
      rmdir: async (given: string) => {
        const path = plain(given)
        if (inside(path).length > 0) throw failure('ENOTEMPTY', path)
        if (!folders.delete(path)) throw failure('ENOENT', path)
      },
      stat: look,
      lstat: look,
      readlink: async (path: string) => { throw failure('EINVAL', path) },
      symlink: async (_target: string, path: string) => { throw failure('EPERM', path) },
    },
  }
}
