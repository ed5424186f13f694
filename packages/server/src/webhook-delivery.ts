import type { CatalogDelivery, CatalogPush } from '@pao/core/ports'

/** Which pushes concern the catalog. */
export interface WebhookFilter {
  /** As the host names it, for example `acme/platform-catalog`. Absent: any; then the secret alone decides. */
  readonly repository?: string
  readonly branch: string
  /** Folders of the repository. `.`: all of it. */
  readonly paths: readonly string[]
}

const isBelow = (path: string, folder: string): boolean => folder === '.' || path === folder || path.startsWith(`${folder}/`)

/** Who owns what decides what is served. */
const isCodeowners = (path: string): boolean => /^(\.github\/|\.gitlab\/|docs\/)?CODEOWNERS$/.test(path)

/** Why a push does not concern the catalog. Undefined: it does. */
export const irrelevance = ({ repository, branch, commit, changedPaths }: CatalogPush, filter: WebhookFilter): string | undefined => {
  if (filter.repository !== undefined && repository.toLowerCase() !== filter.repository.toLowerCase()) return 'it is of another repository'
  if (branch !== filter.branch) return 'it is of another branch'
  if (commit === undefined) return 'the branch was deleted'
  const touches = changedPaths?.some((path) => isCodeowners(path) || filter.paths.some((folder) => isBelow(path, folder))) ?? true
  return touches ? undefined : 'it changes nothing below the folders of the catalog'
}

export const isPush = (delivery: CatalogDelivery): delivery is CatalogPush => delivery.event === 'push'
