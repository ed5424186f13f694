import { isVisibleTo, lifecycleNotice } from '@pao/core'
import type { Catalog, LifecycleNotice, LoadedItem, viewerOf } from '@pao/core'
import { isoTime } from './step-view.js'

/** That an item goes, as one caller may know it. */
interface Going extends Omit<LifecycleNotice, 'replacement'> {
  /** The item to take instead, where the caller sees it. */
  readonly replacement?: LoadedItem
}

/** That an item goes. Undefined: it stays. */
export const goingOf = (loaded: LoadedItem, catalog: Catalog, viewer: ReturnType<typeof viewerOf>): Going | undefined => {
  const notice = lifecycleNotice(loaded)
  if (notice === undefined) return undefined
  const { replacement: id, ...rest } = notice
  const replacement = id === undefined ? undefined : catalog.get(id)
  return { ...rest, ...(replacement === undefined || !isVisibleTo(replacement, viewer) ? {} : { replacement }) }
}

/** As an answer shows it. */
export const goingView = (going: Going | undefined) => going === undefined ? null : {
  deprecatedSince: going.deprecatedAt === undefined ? null : isoTime(going.deprecatedAt),
  orderableUntil: going.sunsetAt === undefined ? null : isoTime(going.sunsetAt),
  migrationPath: going.migrationPath ?? null,
  replacement: going.replacement === undefined ? null : { id: going.replacement.item.id, name: going.replacement.item.name, version: going.replacement.item.version },
}

const linksOf = ({ replacement, migrationPath }: Going, api: string): readonly string[] => [
  ...(replacement === undefined ? [] : [`<${api}/catalog/items/${replacement.item.id}>; rel="successor-version"`]),
  ...(migrationPath !== undefined && /^https?:\/\/[\x21\x23-\x3b\x3d\x3f-\x7e]+$/.test(migrationPath) ? [`<${migrationPath}>; rel="deprecation"`] : []),
]

/** `Deprecation` (RFC 9745), `Sunset` (RFC 8594) and links to what comes instead. `api`: path of the API. */
export const goingHeaders = (going: Going | undefined, api: string): Readonly<Record<string, string>> => {
  if (going === undefined) return {}
  const links = linksOf(going, api)
  return {
    ...(going.deprecatedAt === undefined ? {} : { deprecation: `@${Math.floor(going.deprecatedAt / 1000)}` }),
    ...(going.sunsetAt === undefined ? {} : { sunset: new Date(going.sunsetAt).toUTCString() }),
    ...(links.length === 0 ? {} : { link: links.join(', ') }),
  }
}
