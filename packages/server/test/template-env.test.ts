import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { createTestDatabase } from '../../../test-support/database.js'
import { startApplication } from '../src/application.js'
import { readConfig } from '../src/config.js'
import { documentOf } from './api-fixture.js'

const quiet = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined }

const reading = (id: string, name: string): string => documentOf({ id }).replace('{{fields.name}}', `{{fields.name}} {{env.${name}}}`)

test('documents read the variables that PAO_TEMPLATE_ENV lists, and no others of the process', async () => {
  const [database, directory] = [await createTestDatabase(), await mkdtemp(join(tmpdir(), 'pao-env-'))]
  onTestFinished(async () => { await Promise.all([database.drop(), rm(directory, { recursive: true, force: true })]) })
  await mkdir(join(directory, 'catalog'))
  for (const [id, name] of [['item-listed', 'STAGE'], ['item-unlisted', 'DATABASE_URL']] as const) await writeFile(join(directory, 'catalog', `${id}.yaml`), reading(id, name))
  const environment = { PORT: '0', DATABASE_URL: database.url, PAO_DATA_DIR: join(directory, 'data'), PAO_CATALOG: join(directory, 'catalog'), PAO_TEMPLATE_ENV: 'STAGE', STAGE: 'blue', PAO_SHUTDOWN_SECONDS: '1' }
  const answer = readConfig(environment, directory)
  if ('problems' in answer) throw new Error(answer.problems.join('\n'))
  const application = await startApplication({ config: answer.config, environment, logger: quiet, say: () => undefined })
  try {
    const ordered = async (catalogItemId: string) => (await fetch(`${application.url}/api/v1/requests?dryRun=true`, {
      method: 'POST', headers: { 'content-type': 'application/json', connection: 'close' }, body: JSON.stringify({ catalogItemId, fields: { name: 'orders' } }),
    })).json() as Promise<{ readonly steps?: readonly { readonly config: { readonly ticket: { readonly summary_template: string } } }[]; readonly code?: string }>
    expect((await ordered('item-listed')).steps?.[0]?.config.ticket.summary_template).toBe('Database orders blue')
    expect((await ordered('item-unlisted')).code).toBe('ITEM_NOT_ORDERABLE')
  } finally {
    await application.stop()
  }
})
