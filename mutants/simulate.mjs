const simulation = 'packages/core/src/execution/simulation'
const test = 'packages/core/test/execution/simulate'
const property = `${test}/outcome-tree.property.test.ts`
const example = `${test}/simulate-fulfillment.test.ts`
const server = 'packages/server/src'

/** What keeps a simulation from telling what cannot happen, or what nobody should know. */
export default {
  area: 'simulate',
  title: 'Simulated fulfillment',
  mutants: [
    { id: 'simulate-passwords', defence: 'passwords are a mask before anything is simulated', file: `${simulation}/simulate-fulfillment.ts`, find: 'masked(checked.ok ? checked.value : read.fields, loaded.sealedFields)', replace: 'masked(checked.ok ? checked.value : read.fields, [])', by: [example, 'passwords and secrets are never in it'] },
    { id: 'simulate-correlated', defence: 'what was assumed of an unknown value holds for all conditions that read it', file: `${simulation}/preparing.ts`, find: 'if (known !== undefined) return known', replace: 'if (known === null) return known', by: [example, 'about the same value agree with one another in every branch'] },
    { id: 'simulate-placeholder-decides', defence: 'no condition is decided by a placeholder', file: `${simulation}/preparing.ts`, find: 'open ? { ...blueprint, conditions: [] } : blueprint)', replace: 'blueprint)', by: [example, 'are not decided by what stands for a value'] },
    { id: 'simulate-undecided', defence: 'a config that reads what is unknown does not fail for it', file: `${simulation}/preparing.ts`, find: 'if (!isAboutConfig(first) || !readsUnknown(world, request, blueprint))', replace: 'if (!isAboutConfig(first) || at >= 0)', by: [example, 'leave undecided whether a config fits, and do not fail it'] },
    { id: 'simulate-wrong-config', defence: 'a config that is wrong for certain fails', file: `${simulation}/preparing.ts`, find: 'if (!isAboutConfig(first) || !readsUnknown(world, request, blueprint))', replace: 'if (!isAboutConfig(first))', by: [example, 'are no excuse where the config is wrong without them'] },
    { id: 'simulate-url-base', defence: 'the base of a URL may be unknown', file: `${simulation}/preparing.ts`, find: 'const second = production(urls)', replace: 'const second = production(request)', by: [example, 'may be the base of a URL, which takes nothing but a URL'] },
    { id: 'simulate-assumed-output', defence: 'what is assumed is something that the action can give', file: `${simulation}/simulate-fulfillment.ts`, find: 'if (wrong.length > 0) return', replace: 'if (wrong.length > 99) return', by: [example, 'what is assumed must be of a step, and what its action can give'] },
    { id: 'simulate-bounded', defence: 'a tree has a bound, and says that it was cut', file: `${simulation}/outcome-tree.ts`, find: 'if (growing.seen.size >= growing.most) {', replace: 'if (growing.most < 0) {', by: [example, 'is cut with a word about it where there are too many situations'] },
    { id: 'simulate-retried-runs', defence: 'the time that a person took to decide is not the time of a step', file: `${simulation}/past-durations.ts`, find: 'if (event.type === \'retry-requested\') return []', replace: 'if (event.type === \'retry-requested\') continue', by: [example, 'leaves out requests that waited for a person to retry them'] },
    { id: 'tree-unfinished', defence: 'a wait that has begun something is not taken for a step that has ended', file: `${simulation}/outline.ts`, find: '...(row.output === undefined ? { unfinished: true } : {}), ', replace: '', by: [property, 'what a wait has begun and what has ended are taken back in different ways'] },
    { id: 'tree-failures', defence: 'situations with more attempts left are others', file: `${simulation}/outline.ts`, find: 'case \'in_progress\': return { mode: row.mode, failures: row.failures,', replace: 'case \'in_progress\': return { mode: row.mode, failures: Math.min(row.failures, 1),', by: [property, 'along any way through the tree the engine ends where the tree says'] },
    { id: 'tree-timeout', defence: 'an execution that did not end in time may have acted', file: `${simulation}/branches.ts`, find: 'failure: timedOut({ mode }, action === undefined ? undefined : { action, config })', replace: 'failure: failureOf(request, step, \'retryable\', mode)', by: [property, 'along any way through the tree the engine ends where the tree says'] },
    { id: 'tree-repeatable', defence: 'what may be repeated is not asked for, as its config says', file: `${simulation}/branches.ts`, find: 'if (action !== undefined && isRepeatable(action, config)) return', replace: 'if (action === undefined) return', by: [property, 'along any way through the tree the engine ends where the tree says'] },
    { id: 'past-runs-of-others', defence: 'timing is taken from requests that the caller may see', file: `${server}/past-runs.ts`, find: 'viewer: viewerOf(person), scope: \'visible\'', replace: 'viewer: { ...viewerOf(person), administrator: true }, scope: \'visible\'', by: ['packages/server/test/simulate.test.ts', 'timing comes from past requests that the caller may see'] },
    { id: 'validate-refused-input', defence: 'who may not order an item still hears what is wrong with the input', file: `${server}/routes/validate-request.ts`, find: 'isRefused ? inputProblems(loaded, command) : answer.problems', replace: 'answer.problems', by: ['packages/server/test/validate-request.test.ts', 'an item that nobody can order: why, and what is wrong with the input too'] },
  ],
}
