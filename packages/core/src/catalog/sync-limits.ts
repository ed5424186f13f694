/** How much of what came to the catalog is kept. */
export const syncLimits = {
  /** Validations of one file. */
  validations: 20,
  /** Milliseconds that a delivery is remembered: longer than any host sends one again by itself. */
  deliveryMs: 7 * 24 * 3_600_000,
} as const
