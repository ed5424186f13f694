// Loads a catalog once, in a process of its own: as a start does.
import { LineCounter, parseDocument } from 'yaml'

import { loadCore, loadPackage } from '../pao/product.mjs'
import { answerTasks } from '../tasks.mjs'
import { makeDocuments } from './make-documents.mjs'

const timed = (work) => {
  const start = performance.now()
  const value = work()
  return { ms: performance.now() - start, value }
}

const bareParsing = (files) => files.map(({ source }) => {
  const lineCounter = new LineCounter()
  return parseDocument(source, { lineCounter })
})

const catalogSettings = async () => {
  const [{ createActionRegistry }, { restApiAction }, { jiraTicketAction }] = await Promise.all([loadCore(), loadPackage('action-rest'), loadPackage('action-jira')])
  const connections = [{ name: 'main', baseUrl: 'https://example.atlassian.net', email: 'bench@example.org', tokenSecret: 'JIRA_API_TOKEN' }]
  return { profile: 'strict', actions: createActionRegistry([restApiAction(), jiraTicketAction({ connections })]), templateEnv: [] }
}

answerTasks({
  yaml: ({ count }) => {
    const files = makeDocuments(count)
    const { ms, value } = timed(() => bareParsing(files))
    const broken = value.find(({ errors }) => errors.length > 0)
    if (broken !== undefined) throw new Error(`a generated document is no YAML: ${broken.errors[0].message}`)
    return { ms }
  },
  pao: async ({ count }) => {
    const { createCatalog } = await loadCore()
    const settings = await catalogSettings()
    const files = makeDocuments(count)
    const { ms, value: catalog } = timed(() => createCatalog(files, settings))
    if (catalog.issues.length > 0) throw new Error(`a generated document is not right: ${JSON.stringify(catalog.issues[0])}`)
    if (catalog.items.size !== count) throw new Error(`${catalog.items.size} items of ${count} documents`)
    const changed = files.map((file, index) => index === count >> 1 ? { ...file, source: file.source.replace('by hand', 'with care') } : file)
    return { ms, changedMs: timed(() => createCatalog(changed, { ...settings, earlier: catalog })).ms, lines: files.reduce((sum, { source }) => sum + source.split('\n').length, 0) / count }
  },
})
