import type { ApiSource } from '../form/data-source/data-source.js'
import type { OptionVariables } from '../form/data-source/option-call.js'
import type { OptionList } from '../form/data-source/option-list.js'
import type { Instant } from '../json.js'

/** A source with the values that its templates read. */
export interface OptionQuestion {
  readonly source: ApiSource
  readonly variables: OptionVariables
  /** What a time in a template is. */
  readonly at: Instant
  readonly signal?: AbortSignal
}

/** What came of it. An outage is never an empty list. */
export type OptionAnswer =
  | ({ readonly kind: 'options' } & OptionList)
  /** `reason`: for whoever fills in the form; names no host. `detail`: for the log of the operator; may name one. Neither holds a secret. */
  | { readonly kind: 'unavailable'; readonly reason: string; readonly detail?: string }

/**
 * Port OptionSource: the options that an address gives for a field of a form. Laws:
 * 1. Options are those of the answer, in its order, with the values and labels that the source's paths name; `complete` is false where there
 *    may be more.
 * 2. It asks what the source says with the values in their places, each encoded for its place.
 * 3. Whatever happens outside, the answer is `unavailable` with a reason: nothing is thrown, and an outage is never a list without options.
 * 4. No option, reason or detail holds the value of a secret, also where the address repeats it.
 * 5. A name that no secret has is `unavailable`, and nothing is called.
 * 6. Asking twice gives the same for the same answer; it keeps nothing by itself (the engine keeps answers).
 *
 * `optionSourceContract` of @pao/testing has a case for each.
 */
export interface OptionSource {
  ask(question: OptionQuestion): Promise<OptionAnswer>
}
