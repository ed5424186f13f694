import { PaoError } from '@pao/core'

/** One or more parts of unreserved characters, each behind its slash; a slash at the end means nothing. */
export const basePathPattern = /^(\/[A-Za-z0-9._~-]+)*\/?$/

/** The base path without a slash at its end. Throws CONFIGURATION for what is none. */
export const checkedBasePath = (path = ''): string => {
  if (!basePathPattern.test(path)) {
    throw new PaoError('CONFIGURATION', `The base path ${JSON.stringify(path)} will not do: it begins with a slash and has letters, digits, ".", "_", "~", "-" and slashes, such as "/pao"`)
  }
  return path.replace(/\/$/, '')
}
