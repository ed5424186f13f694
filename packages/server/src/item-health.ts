import type { HealthState, Impairment, LoadedItem } from '@pao/core'
import type { ServiceBreakers } from './breakers.js'
import type { HealthChecks } from './health-checks.js'
import { isoTime } from './step-view.js'

/** What was seen outside of what an item needs. */
export interface ItemHealth {
  impairments(loaded: LoadedItem): readonly Impairment[]
  /** The checks of `monitoring.health_checks` that are carried out, with what is known of each. */
  checks(loaded: LoadedItem): readonly { readonly name: string; readonly health: HealthState }[]
}

export const itemHealth = (breakers: ServiceBreakers, checks: HealthChecks): ItemHealth => ({
  impairments: (loaded) => [...breakers.impairments(loaded), ...checks.impairments(loaded)],
  checks: checks.states,
})

/** Times as texts; what is not known is null. `doubtful`: it failed once, which may be chance. */
export const healthChecksView = (checks: ReturnType<ItemHealth['checks']>) => checks.map(({ name, health }) => ({
  name, state: health.state, since: health.state === 'unknown' ? null : isoTime(health.since), checkedAt: health.state === 'unknown' ? null : isoTime(health.checkedAt),
  lastError: health.state === 'doubtful' || health.state === 'failing' ? health.lastError : null,
}))
