import fastify from 'fastify'
import { toNodeHandler } from '@pao/server'
import { userOf } from './sign-in.js'

export const createApp = ({ server }) => {
  const app = fastify()
  const answer = toNodeHandler(server, (request) => userOf(request.headers.authorization))
  app.get('/', async () => 'the shop')
  app.register(async (scope) => {
    // PAO reads bodies itself; in this scope nobody else does.
    scope.removeAllContentTypeParsers()
    scope.addContentTypeParser('*', (_request, _body, done) => done(null))
    scope.all('/pao/*', (request, reply) => {
      reply.hijack()
      answer(request.raw, reply.raw)
    })
  })
  return app
}

export const listen = async (app, port) => {
  await app.listen({ port, host: '127.0.0.1' })
  return app.server
}
