import type { Instant } from '../json.js'
import type { LoadedItem } from './loaded-item.js'
import { sunsetAt } from './orderability.js'

/** That an item goes: since when it should not be taken, until when it can be, and what to take instead. */
export interface LifecycleNotice {
  /** Absent: it is not deprecated, or nothing tells since when. */
  readonly deprecatedAt?: Instant
  /** From then on it cannot be ordered. Absent: no end is set. */
  readonly sunsetAt?: Instant
  /** Id of the item to take instead. */
  readonly replacement?: string
  readonly migrationPath?: string
}

/** How long before its sunset an item is deprecated where the document does not say since when (catalog-format 1.6). */
const NOTICE_PERIOD = 90 * 86_400_000

const deprecatedAt = ({ item: { lifecycle } }: LoadedItem, sunset: Instant | undefined): Instant | undefined => {
  if (!lifecycle.deprecated) return undefined
  const since = lifecycle.since === undefined ? Number.NaN : Date.parse(lifecycle.since)
  return Number.isNaN(since) ? sunset === undefined ? undefined : sunset - NOTICE_PERIOD : since
}

/** What is to be told of an item that goes. Undefined: it stays. */
export const lifecycleNotice = (loaded: LoadedItem): LifecycleNotice | undefined => {
  const { deprecated, replacement, migrationPath } = loaded.item.lifecycle
  const sunset = sunsetAt(loaded)
  if (!deprecated && sunset === undefined) return undefined
  const since = deprecatedAt(loaded, sunset)
  return {
    ...(since === undefined ? {} : { deprecatedAt: since }), ...(sunset === undefined ? {} : { sunsetAt: sunset }),
    ...(replacement === undefined ? {} : { replacement }), ...(migrationPath === undefined ? {} : { migrationPath }),
  }
}
