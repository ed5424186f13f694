import { createAdaptorServer } from '@hono/node-server'

/** Answers by `fetch` at a free port of this machine, with the adapter that the product's own program uses. */
export const openPort = (fetch) => new Promise((resolve, reject) => {
  const server = createAdaptorServer({ fetch })
  server.once('error', reject)
  server.listen(0, '127.0.0.1', () => {
    resolve({
      url: `http://127.0.0.1:${server.address().port}`,
      close: () => new Promise((closed) => {
        server.close(closed)
        server.closeAllConnections()
      }),
    })
  })
})
