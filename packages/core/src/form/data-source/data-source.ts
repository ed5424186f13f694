import type { Choice } from '../choice.js'

/** One thing that may be chosen, with the text that people see. */
export interface Option {
  readonly value: Choice
  readonly label: string
}

/** Choices that the document lists. */
export interface StaticSource {
  readonly type: 'static'
  readonly options: readonly Option[]
}

/** How a list of JSON values becomes options. */
export interface OptionPaths {
  /** Path to the value in each entry. Absent: the entry itself, or its `value`, `id` or `name`. */
  readonly valueField?: string
  /** Path to the text in each entry. Absent: its `label`, `name` or `title`, else the value. */
  readonly labelField?: string
}

/** Choices that an address gives (catalog-format 1.3.5). */
export interface ApiSource extends OptionPaths {
  readonly type: 'api'
  /** A URL, or a path below the server's base URL for options. A template for target url, over fields, metadata and env. */
  readonly endpoint: string
  readonly method: 'GET' | 'POST'
  /** Templates for target header, over secrets too. */
  readonly headers: Readonly<Record<string, string>>
  /** A template for target json. Absent: no body. */
  readonly body?: string
  /** Path to the list in the answer. Absent: the answer itself, or its `items`, `data`, `results`, `values` or `options`. */
  readonly items?: string
  /** Milliseconds that an answer counts as fresh. Default 300,000. */
  readonly cacheMs: number
  /** Milliseconds for one call. Default 5,000. */
  readonly timeoutMs: number
  /** Options that are read; of more it is known that there are more. Default 1,000. */
  readonly limit: number
  /** Answers that are read where each names the next (`Link: rel="next"`, of the same origin). Default 1. */
  readonly pages: number
}

/** What a reference can list. */
export const referenceLists = ['items', 'metadata', 'environments', 'requests', 'teams'] as const

/** Choices that the catalog and the requests of the caller's teams give. */
export interface ReferenceSource extends OptionPaths {
  readonly type: 'reference'
  readonly list: (typeof referenceLists)[number]
  /** `metadata`: whose. `environments`: where this item is offered. `requests`: for this item alone. Absent: the item of the form; every item. */
  readonly catalogItem?: string
  /** `metadata`: path to the list below the metadata. */
  readonly path?: string
  /** `items`: of this category alone. */
  readonly category?: string
  /** `items`: with all of these tags. */
  readonly tags?: readonly string[]
}

/** Where the choices of a field come from. Plain data; templates are written as they stand in the document. */
export type DataSource = StaticSource | ApiSource | ReferenceSource
