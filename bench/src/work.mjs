// The work that every engine is given: three steps that do nothing.

/** Steps of a request. */
export const STEPS = 3

/** What step `index` gives: about 200 bytes. */
export const outputOf = (index) => ({ step: index, ok: true, ref: `PAO-${index}`, pad: 'y'.repeat(150) })

/** What request `key` is asked with: about 300 bytes. */
export const inputOf = (key) => ({ i: key, item: 'bench-three-steps', fields: { name: `n-${key}`, environment: 'production', size: 1 + (key % 2000), note: 'x'.repeat(200) } })
