import { isAbsolute } from 'node:path'

/** Where a repository is: behind HTTP or in a folder. */
export type GitAddress = { readonly url: string } | { readonly path: string }

const loopback = /^(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])$/

const urlProblem = (text: string): string | undefined => {
  if (!/^https?:\/\//.test(text) || !URL.canParse(text)) return 'url must begin with https:// (a repository in a folder is named by path)'
  const { protocol, hostname, username, password, search, hash } = new URL(text)
  if (username !== '' || password !== '') return 'url holds credentials: put the token into a secret and name it in tokenSecret'
  if (protocol === 'http:' && !loopback.test(hostname)) return 'url must begin with https://: http is for loopback only'
  return search !== '' || hash !== '' ? 'url must have no "?" and no "#"' : undefined
}

const pathProblem = (text: string): string | undefined =>
  isAbsolute(text) && !text.includes('\u0000') ? undefined : 'path must be an absolute path of a folder, such as /srv/catalog.git'

/** What is wrong with an address, for people; nothing of it is quoted. `undefined`: nothing. */
export const addressProblem = ({ url, path }: { readonly url?: string; readonly path?: string }): string | undefined => {
  if ((url === undefined) === (path === undefined)) return 'exactly one of url and path says where the repository is'
  return url === undefined ? pathProblem(path ?? '') : urlProblem(url)
}
