import type { AnyAction, ExternalReference, Json, JsonObject } from '@pao/core/action'
import type { VendorCall } from './stage-ports.js'
import type { VendorHttp } from './vendor-calls.js'

/** The vendor as a fake: what the author of an action writes for `actionContract`. Made anew for each run, with nothing of ours in it. */
export interface ActionWorld {
  /** What the vendor has made, changed or deleted for us and what still stands, one name each: what is done twice stands here twice. */
  effects(): readonly string[]
  /** The vendor behind `context.http`. Absent: the action makes no HTTP call. */
  readonly http?: VendorHttp
  /** For a vendor that is not reached by HTTP: called with the way to it each time a process starts. */
  readonly vendor?: (call: VendorCall) => void
  /** The action wired to this world. Absent: the one that the contract is for. */
  readonly action?: AnyAction
  /** Secrets that the vendor knows, by name. Others that the action declares get a value of their own. */
  readonly secrets?: Readonly<Record<string, string>>
  /** The vendor ends what a step waits for. What it returns is delivered as a signal's payload; without, `observe` must see the end. */
  finish?(reference: ExternalReference): Json | undefined | void
  /** What is there and not ours: it must stay as it is. Absent: that is not checked. */
  untouched?(): unknown
  /** Ends servers and the like. */
  close?(): Promise<void>
}

/** One config to hold the action to, beside its examples. */
export interface ActionCase {
  readonly title: string
  /** As a document writes it: its templates are rendered. */
  readonly config: JsonObject
  /** The input that its templates read. */
  readonly fields?: Readonly<Record<string, string | number | boolean>>
  /** Another input, with which the config becomes another one: a person edits it after a failure. */
  readonly edited?: Readonly<Record<string, string | number | boolean>>
}
