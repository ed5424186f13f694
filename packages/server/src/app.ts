import { Hono } from 'hono'
import { answering, callOf, failed, toResponse } from './answer.js'
import type { Handler } from './answer.js'
import { checkedBasePath } from './base-path.js'
import type { ApiDependencies } from './dependencies.js'
import { checkContentType } from './json-body.js'
import { problem } from './problem.js'
import { catalogSearchRoutes } from './routes/catalog-search.js'
import { catalogDiffRoutes } from './routes/catalog-diff.js'
import { catalogFactRoutes } from './routes/catalog-facts.js'
import { catalogVersionRoutes } from './routes/catalog-versions.js'
import { catalogRoutes } from './routes/catalog.js'
import { fieldOptionRoutes } from './routes/field-options.js'
import { healthRoutes, rootHealthRoutes } from './routes/health.js'
import { playgroundRoutes } from './routes/playground.js'
import { previewFormRoutes } from './routes/preview-form.js'
import { requestRoutes } from './routes/requests.js'
import { actionRoutes } from './routes/actions.js'
import { issueRoutes } from './routes/issues.js'
import type { Route } from './routes/route.js'
import { schemaRoutes } from './routes/schemas.js'
import { simulateRoutes } from './routes/simulate.js'
import { testVariablesRoutes } from './routes/test-variables.js'
import { validateRequestRoutes } from './routes/validate-request.js'
import { validateRoutes } from './routes/validate.js'
import { webhookRoutes } from './routes/webhooks.js'
import { searchCounts } from './search-counts.js'
import type { Server, ServerOptions } from './server.js'

const routesOf = (dependencies: ApiDependencies, counts = searchCounts(dependencies.now)): readonly Route[] => [
  ...[
    ...catalogSearchRoutes({ ...dependencies, counts }), ...requestRoutes({ ...dependencies, ordered: counts.ordered }),
    ...fieldOptionRoutes(dependencies), ...validateRoutes(dependencies), ...validateRequestRoutes(dependencies), ...simulateRoutes(dependencies), ...issueRoutes(), ...actionRoutes(dependencies), ...schemaRoutes(dependencies),
    ...testVariablesRoutes(dependencies), ...catalogDiffRoutes(dependencies), ...catalogFactRoutes(dependencies), ...catalogVersionRoutes(dependencies), ...webhookRoutes(dependencies), ...catalogRoutes(dependencies), ...previewFormRoutes(dependencies), ...healthRoutes(dependencies),
  ].map((route) => ({ ...route, path: `/api/v1${route.path}` })),
  ...rootHealthRoutes(dependencies),
  ...playgroundRoutes(dependencies.playground),
]

const methodsOf = (routes: readonly Route[], path: string): string =>
  routes.filter((route) => route.path === path).flatMap(({ method }) => (method === 'GET' ? ['GET', 'HEAD'] : [method])).concat('OPTIONS').join(', ')

/** Answers a method that a known path has no handler for. */
const otherMethod = (allow: string): Handler => (context) =>
  context.req.method === 'OPTIONS'
    ? { kind: 'reply', status: 204, headers: { allow } }
    : problem('METHOD_NOT_ALLOWED', `This address answers ${allow}.`, { headers: { allow } })

/**
 * Makes the API. What every call must pass, the authenticator's gate and the content type, comes before the routes and costs no
 * middleware; headers are set once, with the response.
 */
export const createApi = (dependencies: ApiDependencies, options: ServerOptions = {}): Server => {
  const basePath = checkedBasePath(options.basePath)
  const routes = routesOf(dependencies)
  const app = new Hono()
  const answered = (handler: Handler) => answering(handler, dependencies)
  for (const { method, path, handler } of routes) app.on(method, `${basePath}${path}`, answered(handler))
  for (const path of new Set(routes.map((route) => route.path))) app.all(`${basePath}${path}`, answered(otherMethod(methodsOf(routes, path))))
  app.notFound(answered(() => problem('NOT_FOUND', `There is nothing at this address. The API begins at ${basePath}/api/v1.`)))
  const yamlPaths = new Set(routes.flatMap(({ path, yaml }) => yaml === true ? [`${basePath}${path}`] : []))
  const refusalOf = (request: Request) =>
    dependencies.authenticator.admit(request) ?? (request.method === 'GET' || request.method === 'HEAD' ? undefined : checkContentType(request, { yaml: yamlPaths.has(new URL(request.url).pathname) }))
  return {
    fetch: async (request, host = {}) => {
      try {
        const refused = refusalOf(request)
        return refused === undefined ? await app.fetch(request, host) : toResponse(refused, callOf(request, dependencies.now()))
      } catch (error) {
        return failed(error, callOf(request, dependencies.now()), dependencies.logger)
      }
    },
  }
}
