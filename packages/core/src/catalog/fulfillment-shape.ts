import { any, bag, blocks, duration, either, flag, informs, list, map, may, must, number, object, oneOf, text, texts, type Member } from './document-shape.js'
import { conditionShape } from './presentation-shape.js'

const seconds = number({ integer: true, min: 0 })
const retry = object({
  enabled: may(flag),
  attempts: may(number({ integer: true, min: 0, max: 5 }), { older: ['max_attempts'] }),
  delay: may(seconds, { older: ['initial_delay'] }),
  backoff: may(oneOf(['linear', 'exponential', 'fibonacci']), { older: ['backoff_strategy'] }),
  max_delay: may(seconds),
  retry_on: may(texts),
})

const notYet = (what: string): Member => blocks(any, `${what} is not carried out yet`, [false])

const foreign = (names: readonly string[]): Readonly<Record<string, Member>> => Object.fromEntries(names.map((name) => [name, notYet(`\`${name}\``)]))

/** Spellings of gates that other tools have: they would change who decides. */
const foreignGates = foreign(['approval', 'approvals', 'approvers', 'requires_approval', 'manual_approval', 'gate', 'gates'])

/** Spellings of loops, guards and orders that other tools have: they would change what runs, or when. */
const foreignControl = foreign([
  'when', 'if', 'unless', 'run_if', 'only_if', 'skip_if', 'for_each', 'foreach', 'loop', 'with_items', 'matrix', 'needs', 'requires', 'after', 'before', 'run_after', 'schedule',
])

/** How a step is taken back (catalog-format 1.4.2): by another action of its list, or by one that is written here. */
const rollback = object({
  enabled: may(flag), action: may(text({ exact: true })), automatic: may(flag), preserve_state: may(flag), type: may(text({ exact: true })), config: may(bag),
}, { decides: true })

const notification = object({ enabled: may(flag), channels: may(texts), template: may(text()), escalation_after: may(any), approvers: may(texts) })

const doesNothing = 'is kept; nothing acts on it yet'

/** A step in a document (catalog-format 1.4.2), in either list. */
export const stepShape = object({
  id: { shape: text({ exact: true, identifier: true, pattern: { expression: '^[A-Za-z][A-Za-z0-9_-]{0,63}$', about: 'letters, digits, - and _, beginning with a letter', severity: 'error' } }), required: 'strict', missingCode: 'step-id-missing' },
  name: may(text()),
  description: may(text()),
  type: must(text({ exact: true })),
  order: may(number({ integer: true, min: 1 })),
  parallel_group: { shape: any, unbuilt: { effect: 'informs', what: 'it is ignored: steps run one after the other' } },
  dependsOn: may(list(text({ exact: true })), { older: ['depends_on'], decides: true }),
  dependencies: may(object({ wait_for: may(list(text({ exact: true })), { decides: true }), require_success: blocks(flag, 'going on after a failed dependency is not carried out yet; use error_handling of that step', [true]) }), { decides: true }),
  conditions: may(list(conditionShape, { single: true }), { older: ['condition', 'conditional'], decides: true }),
  config: must(bag, { older: ['template'] }),
  retry: may(retry, { older: ['retry_policy'] }),
  timeout: may(either(number({ integer: true, min: 1, max: 604_800 }), duration)),
  circuit_breaker: informs(object({
    enabled: may(flag), failure_threshold: may(number({ integer: true, min: 1 })), success_threshold: may(number({ integer: true, min: 1 })), timeout: may(seconds),
  }), 'circuit breakers are not opened by a document yet'),
  error_handling: may(object({
    strategy: may(oneOf(['fail', 'continue', 'retry', 'fallback'])),
    fallback_action: may(text({ exact: true }), { decides: true }),
    notification: informs(any, doesNothing),
    escalation_after: informs(any, doesNothing),
  }), { decides: true }),
  rollback: may(either(flag, rollback), { decides: true }),
  critical: may(flag),
  output: may(object({
    capture: informs(flag, 'outputs are always kept', [true]), fields: may(map(text())), store_in_state: informs(flag, doesNothing, [false]), ttl: informs(any, doesNothing),
  }), { older: ['outputs'] }),
  ...foreignControl,
  ...foreignGates,
})

const prerequisite = object({ type: must(text({ exact: true })), config: may(bag), required: may(flag) })

/** `fulfillment` (catalog-format 1.4). */
export const fulfillmentShape = object({
  strategy: must(object({
    mode: must(oneOf(['manual', 'automatic', 'hybrid'])),
    priority: may(oneOf(['low', 'normal', 'high', 'critical'])),
    queue: informs(text(), 'there is one queue; priorities order it'),
    timeout: may(either(number({ integer: true, min: 1, max: 31_536_000 }), duration)),
    ...foreignGates,
  })),
  prerequisites: may(list(prerequisite), { decides: true }),
  manual: may(object({
    description: may(text()),
    instructions: may(text()),
    estimated_time: may(duration),
    actions: must(list(stepShape, { min: 1 })),
  })),
  automatic: may(object({
    state_management: informs(object({ enabled: may(flag), backend: may(any), encryption: may(any) }), 'each step keeps its own state; it is ignored'),
    parallel_execution: informs(flag, 'steps run one after the other', [false]),
    actions: must(list(stepShape, { min: 1 })),
  })),
  notifications: informs(object({ on_start: may(notification), on_success: may(notification), on_failure: may(notification), on_approval_required: may(notification) }), 'notifications are not sent yet'),
  post_fulfillment: informs(list(object({ type: must(text()), config: may(bag) })), 'nothing runs after fulfillment yet'),
  computed: blocks(bag, 'computed values are not worked out yet'),
  rollback: blocks(any, 'rollbacks are not carried out yet', [false]),
  ...foreignControl,
  ...foreignGates,
})
