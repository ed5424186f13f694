import { openOrchestrator } from '../pao/open-orchestrator.mjs'
import { submissionOf } from '../pao/submission.mjs'
import { inputOf } from '../work.mjs'

export const name = 'pao'

/** Its rows after `n` requests: all ended well, nothing lost, nothing twice. */
export const checks = [
  { what: 'completed requests', sql: "select count(*)::int as n from pao.requests where status = 'completed' and version = 7", each: 1 },
  { what: 'requests', sql: 'select count(*)::int as n from pao.requests', each: 1 },
  { what: 'completed steps', sql: "select count(*)::int as n from pao.request_steps where state = 'completed' and executions = 1 and output ->> 'ref' is not null", each: 3 },
  { what: 'events in the history', sql: 'select coalesce(sum(array_length(types, 1)), 0)::int as n from pao.request_history', each: 7 },
  { what: 'log lines', sql: 'select coalesce(sum(jsonb_array_length(lines)), 0)::int as n from pao.step_logs', each: 3 },
  { what: 'idempotency keys', sql: 'select count(*)::int as n from pao.idempotency_keys', each: 1 },
]

const caller = { id: 'ada', teams: ['platform'], roles: ['developer'] }
const route = 'POST /api/v1/requests'

/** In process. The form is checked, templates are rendered, history is chained, writes are fenced, keys are kept, lines are logged. */
export const open = async ({ url, completed }) => {
  const { orchestrator, close } = await openOrchestrator(url, completed)
  return {
    submit: async (key) => {
      const body = inputOf(key)
      const answer = await orchestrator.submit({ caller, ...submissionOf(body), correlationId: String(key), idempotency: { route, key: `k-${key}`, body } })
      if (answer.kind !== 'accepted') throw new Error(`a submission was not accepted: ${JSON.stringify(answer)}`)
    },
    close,
  }
}
