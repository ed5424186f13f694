import type { Answer } from '../answer.js'
import { reply } from '../answer.js'
import type { ApiDependencies } from '../dependencies.js'
import { problem } from '../problem.js'
import { isoTime } from '../step-view.js'
import { get } from './route.js'
import type { Route } from './route.js'

type Dependencies = Pick<ApiDependencies, 'health' | 'now' | 'version' | 'playground' | 'authenticator'>

const answers = ({ health, now, version, playground, authenticator }: Dependencies) => {
  const failing = () => Object.entries(health.components()).filter(([, component]) => component.status === 'failing').map(([name]) => name)
  const isWhole = () => Object.values(health.components()).every((component) => component.status === 'ok')
  return {
    /** The process lives and answers: never a question to anybody else. */
    live: (): Answer => reply(200, { status: 'ok' }),
    ready: (): Answer => {
      const components = health.components()
      if (!health.accepting()) return problem('SERVICE_UNAVAILABLE', 'The server is stopping.', { headers: { 'retry-after': '5' } })
      const broken = failing()
      return broken.length === 0
        ? reply(200, { status: 'ok', components })
        : problem('SERVICE_UNAVAILABLE', `Not ready: ${broken.join(', ')}.`, { details: { components }, headers: { 'retry-after': '2' } })
    },
    /** Always 200 while the process lives: an orchestra that loses its database is not to be restarted for it. */
    health: (): Answer => reply(200, { status: isWhole() ? 'ok' : 'degraded', components: health.components(), timestamp: isoTime(now()) }),
    version: (): Answer => reply(200, {
      name: 'pao', version, apiVersion: 'v1', node: process.version, auth: authenticator.name,
      playground: playground === undefined
        ? null
        : { jira: playground.jiraUrl, provisioning: playground.provisioningUrl, note: 'Jira and the provisioning API are fakes on this machine; nothing real is made.' },
    }),
  }
}

/** Under `/api/v1`. */
export const healthRoutes = (dependencies: Dependencies): readonly Route[] => {
  const { health, ready, version } = answers(dependencies)
  return [get('/health', health), get('/health/ready', ready), get('/version', version)]
}

/** At the root, where probes look. */
export const rootHealthRoutes = (dependencies: Dependencies): readonly Route[] => {
  const { health, live, ready, version } = answers(dependencies)
  return [
    get('/health', health), get('/health/ready', ready), get('/healthz', live), get('/livez', live), get('/readyz', ready), get('/version', version),
  ]
}
