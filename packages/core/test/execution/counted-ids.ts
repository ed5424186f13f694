import type { Ids } from '../../src/ports/ids.js'

/** Ids that are the same in every run of a test. */
export const countedIds = (): Ids => {
  let count = 0
  const next = (version: 4 | 7): string => {
    count += 1
    const hex = count.toString(16).padStart(12, '0')
    return `${hex.slice(0, 8)}-${hex.slice(8)}-${version}000-8000-${hex}`
  }
  return {
    requestId: () => next(7),
    uuid: () => next(4),
    fraction: () => {
      count += 1
      return (count * 0.618_033_988_75) % 1
    },
  }
}
