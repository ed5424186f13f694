import express from 'express'
import { toNodeHandler } from '@pao/server'
import { userOf } from './sign-in.js'

export const createApp = ({ server }) => {
  const app = express()
  app.use(express.json())
  app.use((request, _response, next) => {
    request.user = userOf(request.headers.authorization)
    next()
  })
  app.get('/', (_request, response) => { response.send('the shop') })
  app.use('/pao', toNodeHandler(server, (request) => request.user))
  return app
}

export const listen = (app, port) => new Promise((resolve) => {
  const listening = app.listen(port, '127.0.0.1', () => resolve(listening))
})
