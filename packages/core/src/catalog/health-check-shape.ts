import { bag, duration, either, may, must, number, object, text } from './document-shape.js'

/** An entry of `monitoring.health_checks` (catalog-format 1.7). */
export const healthCheckShape = object({
  name: must(text({ exact: true, length: { min: 1, max: 64, severity: 'error' } })),
  type: must(text({ exact: true })),
  config: may(bag),
  interval: may(either(number({ integer: true, min: 1, max: 86_400 }), duration)),
})
