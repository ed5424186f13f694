import type { Field } from '../form.js'
import type { DataSource } from './data-source.js'

/** Tells whoever draws a form where the options of a field are had. */
export interface OptionsLink {
  readonly source: DataSource['type']
  /** Relative to the address of the item's schema: `/catalog/items/{id}/`. */
  readonly href: string
  /** Fields whose values are sent along; when one changes, the options are asked for again. Empty: none. */
  readonly dependsOn: readonly string[]
}

/** Undefined: the field has no data source. */
export const optionsLink = ({ id, dataSource, dependsOn = [] }: Field): OptionsLink | undefined =>
  dataSource === undefined ? undefined : { source: dataSource.type, href: `fields/${id}/options`, dependsOn }
