/** How a YAML scalar is written in its file. */
export type ScalarStyle = 'plain' | 'single-quoted' | 'double-quoted' | 'literal' | 'folded'

/**
 * Where a character of a scalar's value stands in the scalar's source. `token` is the raw source of the scalar with its quotes
 * or its block header (`|`, `>-`, indentation, comment), `value` what the YAML reader made of it, `offset` a place in
 * `value`. Escapes, folds, indentation and CRLF are followed. The answer counts from the start of `token`.
 */
export declare function positionInScalar(token: string, style: ScalarStyle, value: string, offset: number): number
