/** A value that may be chosen: of an `enum`, or of a data source. */
export type Choice = string | number | boolean
