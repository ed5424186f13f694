import { createAdaptorServer } from '@hono/node-server'
import { Hono } from 'hono'
import { userOf } from './sign-in.js'

export const createApp = ({ server }) => {
  const app = new Hono()
  app.use(async (context, next) => {
    context.set('user', userOf(context.req.header('authorization')))
    await next()
  })
  app.get('/', (context) => context.text('the shop'))
  app.all('/pao/*', (context) => server.fetch(context.req.raw, { caller: context.get('user') }))
  return app
}

export const listen = (app, port) => new Promise((resolve) => {
  const listening = createAdaptorServer({ fetch: app.fetch }).listen(port, '127.0.0.1', () => resolve(listening))
})
