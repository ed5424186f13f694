const sorted = (values) => [...values].sort((left, right) => left - right)

/** The middle value; of an even number of values the mean of the two in the middle. */
export const median = (values) => {
  const ordered = sorted(values)
  const middle = ordered.length >> 1
  return ordered.length % 2 === 1 ? ordered[middle] : (ordered[middle - 1] + ordered[middle]) / 2
}

/** The value that `percent` of the values do not pass (nearest rank). */
export const percentile = (values, percent) => sorted(values)[Math.max(0, Math.ceil((percent / 100) * values.length) - 1)]

/** What a figure is told by: its median and how far the samples lie apart. Undefined without samples. */
export const spread = (values) =>
  values.length === 0 ? undefined : { median: median(values), min: Math.min(...values), max: Math.max(...values), samples: values.length }
