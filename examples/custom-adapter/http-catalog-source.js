import { createHash } from 'node:crypto'
import { PaoError } from '@pao/core/action'
import { catalogLimits, isDocumentPath } from '@pao/core'

/** As much as is read of one answer. */
const MAX_BYTES = 64 * 1024 * 1024

const unavailable = (message, cause) => new PaoError('CATALOG_UNAVAILABLE', message, { cause, retryable: true })

const isTexts = (files) => typeof files === 'object' && files !== null && !Array.isArray(files) && Object.values(files).every((text) => typeof text === 'string')

const fileOf = ([path, source]) => (Buffer.byteLength(source) > catalogLimits.fileBytes ? { path, unreadable: `it is larger than ${catalogLimits.fileBytes} bytes` } : { path, source })

/** What the endpoint gave, as a snapshot. The revision is made of the content: an ETag would change with the server behind the endpoint. */
const snapshotOf = (url, answer) => {
  const files = answer?.files
  if (!isTexts(files)) throw unavailable(`${url} gave no { "files": { path: text } }`)
  const documents = Object.entries(files).filter(([path]) => isDocumentPath(path)).sort(([left], [right]) => (left < right ? -1 : 1))
  if (documents.length > catalogLimits.files) throw unavailable(`${url} gave ${documents.length} documents, more than ${catalogLimits.files}`)
  return { revision: createHash('sha256').update(JSON.stringify(documents)).digest('hex'), files: documents.map(fileOf) }
}

const json = (url, response) => {
  try {
    return response.json()
  } catch (error) {
    throw unavailable(`${url} gave what is no JSON`, error)
  }
}

/**
 * Port CatalogSource over an HTTP endpoint that answers `{ "files": { "databases/postgresql.yaml": "version: …" } }`: all documents in one answer,
 * so they are of one moment. `token` resolves when it is needed, so a new one is used without a restart.
 */
export const httpCatalogSource = ({ url, http, token }) => ({
  description: url,
  read: async (signal) => {
    signal.throwIfAborted()
    const bearer = await token?.()
    const headers = { accept: 'application/json', ...(bearer === undefined ? {} : { authorization: `Bearer ${bearer}` }) }
    const response = await http.request({ method: 'GET', url, headers, maxBodyBytes: MAX_BYTES, signal }).catch((error) => {
      signal.throwIfAborted()
      throw unavailable(`${url} cannot be read: ${error.message}`, error)
    })
    if (response.status !== 200) throw unavailable(`${url} answered ${response.status}`)
    return snapshotOf(url, json(url, response))
  },
})
