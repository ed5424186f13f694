import type { MutantArea } from './mutants-table.mjs'

export declare const referenceOf: (areas: readonly MutantArea[]) => string
