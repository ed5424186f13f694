import { expect, test } from 'vitest'
import { environmentSecrets } from '../src/secret-source.js'

const environment = { PAO_SECRET_QUEUE_TOKEN: 'canary', PAO_ENCRYPTION_KEY: 'key', DATABASE_URL: 'postgres://u:p@db/pao', PATH: '/bin' }

test('a document names the secrets that were given for it, in any spelling', async () => {
  const { get } = environmentSecrets(environment, { JIRA_API_TOKEN: 'own' })
  expect(await Promise.all(['QUEUE_TOKEN', 'queue-token', 'queue.token', 'JIRA_API_TOKEN'].map(get))).toEqual(['canary', 'canary', 'canary', 'own'])
})

test.each(['PAO_ENCRYPTION_KEY', 'DATABASE_URL', 'PATH', 'PAO_SECRET_QUEUE_TOKEN', '__proto__', 'constructor'])('the variable %s is no secret of that name', async (name) => {
  expect(await environmentSecrets(environment).get(name)).toBeUndefined()
})
