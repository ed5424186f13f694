import type { Json, JsonObject } from '@pao/core/action'
import { isJsonObject } from '@pao/core/action'
import type { HostApi } from '@pao/core/plugin'
import type { CatalogAnnotation, CatalogVerdict } from '@pao/core/ports'
import { createHash } from 'node:crypto'

export interface VerdictPlace {
  readonly api: HostApi
  /** `owner/name` */
  readonly repository: string
  /** What the check or status is called, for example `pao/catalog`. */
  readonly name: string
  /** Before the paths of annotations; with a final `/`, or empty. */
  readonly prefix: string
}

/** How many annotations GitHub takes at once. */
const AT_ONCE = 50
/** More are counted and not shown: nobody reads them, and each fifty cost a call. */
const MOST = 1000
const STATUS_CHARACTERS = 140
const MESSAGE_CHARACTERS = 4_000

const listOf = (value: Json | undefined): readonly JsonObject[] => (Array.isArray(value) ? (value as readonly Json[]).filter((entry): entry is JsonObject => isJsonObject(entry)) : [])

const shortened = (text: string, characters: number): string => (text.length > characters ? `${text.slice(0, characters - 1)}…` : text)

const annotationOf = ({ path, line, column, severity, code, message }: CatalogAnnotation, prefix: string): JsonObject => ({
  path: `${prefix}${path}`, start_line: line, end_line: line, start_column: column, end_column: column,
  annotation_level: severity === 'error' ? 'failure' : 'warning', title: shortened(code, 255), message: shortened(message, MESSAGE_CHARACTERS),
})

/** Names what was found, so that the same is not shown twice. */
const digestOf = ({ state, summary, annotations }: CatalogVerdict, name: string): string =>
  createHash('sha256').update(JSON.stringify([name, state, summary, annotations])).digest('hex')

const batches = (annotations: readonly JsonObject[]): readonly (readonly JsonObject[])[] =>
  Array.from({ length: Math.max(Math.ceil(annotations.length / AT_ONCE), 1) }, (_, index) => annotations.slice(index * AT_ONCE, (index + 1) * AT_ONCE))

/**
 * As a check run with annotations. GitHub adds the annotations of an update to those that are there, so another verdict is another run of the same
 * name, of which people see the latest. A run that was not written to its end has no digest, and is followed by another one.
 */
export const publishCheck = async ({ api, repository, name, prefix }: VerdictPlace, verdict: CatalogVerdict, signal: AbortSignal): Promise<void> => {
  const digest = digestOf(verdict, name)
  const found = api.object(await api.call({ path: `/repos/${repository}/commits/${verdict.commit}/check-runs?check_name=${encodeURIComponent(name)}&filter=latest`, signal }))
  if (listOf(found['check_runs'])[0]?.['external_id'] === digest) return
  const { state, summary, annotations } = verdict
  const shown = batches(annotations.slice(0, MOST).map((annotation) => annotationOf(annotation, prefix)))
  const left = annotations.length - MOST
  const outputOf = (batch: readonly JsonObject[]): JsonObject => ({
    title: shortened(summary, 255), summary: shortened(summary, 60_000), annotations: batch, ...(left > 0 ? { text: `${left} more findings are not shown here.` } : {}),
  })
  const done: JsonObject = { status: 'completed', conclusion: state, external_id: digest }
  let run: Json | undefined
  for (const [index, batch] of shown.entries()) {
    const progress: JsonObject = index === shown.length - 1 ? done : { status: 'in_progress' }
    const body = { name, ...progress, output: outputOf(batch) }
    if (index === 0) run = api.object(await api.call({ method: 'POST', path: `/repos/${repository}/check-runs`, body: { ...body, head_sha: verdict.commit }, signal }))['id']
    else await api.call({ method: 'PATCH', path: `/repos/${repository}/check-runs/${String(run)}`, body, signal })
  }
}

/** As a commit status, which holds one sentence. */
export const publishStatus = async ({ api, repository, name }: VerdictPlace, { commit, state, summary }: CatalogVerdict, signal: AbortSignal): Promise<void> => {
  const description = shortened(summary, STATUS_CHARACTERS)
  const answer = await api.call({ path: `/repos/${repository}/commits/${commit}/statuses?per_page=100`, signal })
  // The latest come first.
  const last = listOf(api.json(answer)).find(({ context }) => context === name)
  if (last?.['state'] === state && last['description'] === description) return
  await api.call({ method: 'POST', path: `/repos/${repository}/statuses/${commit}`, body: { state, context: name, description }, signal })
}
