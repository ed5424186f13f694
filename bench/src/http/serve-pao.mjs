// The product's REST API in a process of its own.
import { startProfiler } from '../engines/profiler.mjs'
import { openOrchestrator } from '../pao/open-orchestrator.mjs'
import { loadServer } from '../pao/product.mjs'
import { answerTasks } from '../tasks.mjs'
import { openPort } from './open-port.mjs'

let parts
let port
let stopProfiler

answerTasks({
  open: async ({ url }) => {
    const { createServer, devAuthenticator } = await loadServer()
    parts = await openOrchestrator(url)
    const server = createServer({ orchestrator: parts.orchestrator, catalog: parts.catalog, ports: parts.ports, authenticator: devAuthenticator() })
    port = await openPort((request) => server.fetch(request))
    return port.url
  },
  cpu: () => process.cpuUsage(),
  startProfile: async () => { stopProfiler = await startProfiler() },
  stopProfile: ({ file }) => stopProfiler(file),
  close: async () => {
    await port.close()
    await parts.close()
  },
})
