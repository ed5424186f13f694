import { miniSearchIndex } from '@pao/adapters-minisearch'
import { describe, expect, test } from 'vitest'
import { indexedCatalog } from '../src/indexed-catalog.js'
import { api, catalogOf } from './api-fixture.js'
import { generatedCatalog } from './generated-catalog.js'

const catalog = generatedCatalog()
const { call } = api({ catalog: { ...catalogOf([]), current: () => catalog }, search: indexedCatalog(miniSearchIndex(), () => catalog) })

const firstOf = async (text: string): Promise<string | undefined> =>
  (await call('GET', `/api/v1/catalog/search?limit=1&q=${encodeURIComponent(text)}`)).json.data[0]?.id

/** What people type, and the item that they mean. The names of the table are what is promised. */
const misspelt: readonly (readonly [kind: string, text: string, id: string])[] = [
  ['swapped letters', 'postgersql', 'database-postgresql-standard'], ['swapped letters', 'kafak', 'kafka-topic'], ['swapped letters', 'reids', 'redis-cache'],
  ['swapped letters', 'kuberentes', 'kubernetes-namespace'], ['swapped letters', 'terrafrom', 'terraform-workspace'], ['swapped letters', 'lodas balancer', 'load-balancer'],
  ['swapped letters', 'virtaul machine', 'virtual-machine'], ['swapped letters', 'sceret', 'security-secret'], ['swapped letters', 'jupyetr', 'jupyter-notebook'],
  ['a missing letter', 'postgrsql', 'database-postgresql-standard'], ['a missing letter', 'mongdb', 'mongodb-cluster'], ['a missing letter', 'elasticsarch', 'elasticsearch-index'],
  ['a missing letter', 'certificte', 'tls-certificate'], ['a missing letter', 'grafna', 'grafana-dashboard'], ['a missing letter', 'promethus', 'prometheus-alerts'],
  ['a missing letter', 'kubernets namespace', 'kubernetes-namespace'], ['a missing letter', 'firewal rule', 'firewall-rule'], ['a missing letter', 'vulnerabilty', 'vulnerability-scan'],
  ['a letter too much', 'postgressql', 'database-postgresql-standard'], ['a letter too much', 'cassandrra', 'cassandra-keyspace'], ['a letter too much', 'snowwflake', 'snowflake-warehouse'],
  ['a letter too much', 'rabbittmq', 'rabbitmq-exchange'], ['a letter too much', 'repositorry', 'git-repository'], ['a letter too much', 'artiffact', 'artifact-feed'],
  ['a wrong letter', 'postgrasql', 'database-postgresql-standard'], ['a wrong letter', 'encription key', 'encryption-key'], ['a wrong letter', 'pipelane', 'build-pipeline'],
  ['a wrong letter', 'dashbord grafana', 'grafana-dashboard'], ['a wrong letter', 'servise account', 'service-account'], ['a wrong letter', 'wharehouse', 'snowflake-warehouse'],
  ['two mistakes', 'elastiksearh', 'elasticsearch-index'], ['two mistakes', 'kubernettis', 'kubernetes-namespace'], ['two mistakes', 'terrafom workspase', 'terraform-workspace'],
  ['two mistakes', 'vulnerabillty scann', 'vulnerability-scan'], ['written apart', 'elastic search', 'elasticsearch-index'], ['written apart', 'post gresql', 'database-postgresql-standard'],
  ['written apart', 'rabbit mq', 'rabbitmq-exchange'], ['written apart and misspelt', 'reg istri', 'container-registry'], ['written together', 'objectstore', 'storage-object-store'], ['written together', 'loadbalancer', 'load-balancer'],
  ['written together', 'signon', 'single-sign-on'], ['written together', 'email', 'email-sender'], ['not finished', 'postg', 'database-postgresql-standard'],
  ['not finished and swapped', 'kuberente', 'kubernetes-namespace'], ['not finished and misspelt', 'postgrs', 'database-postgresql-standard'], ['not finished and misspelt', 'elastcse', 'elasticsearch-index'],
  ['by a tag', 'continous integration', 'build-pipeline'], ['by a tag', 'wiregard', 'vpn-access'], ['by a tag', 'observabilty', 'grafana-dashboard'], ['in another order', 'topic kafka', 'kafka-topic'],
  ['with its kind', 'kafka high availibility', 'kafka-topic-with-high-availability'], ['with its kind', 'mysql frankfrut', 'mysql-database-in-frankfurt'], ['with its kind', 'redis sandbx', 'redis-cache-for-sandboxes'],
  ['with a word too many', 'postgersql for unicorns', 'database-postgresql-standard'], ['by what it does', 'pages when out of bouns', 'prometheus-alerts'],
]

describe('a misspelt query finds the item that is meant first', () => {
  test('among some hundred items that can be ordered', () => {
    expect(catalog.items.size).toBeGreaterThan(300)
    expect(misspelt.length).toBeGreaterThanOrEqual(30)
    expect(misspelt.filter(([, , id]) => catalog.get(id) === undefined)).toEqual([])
  })

  test.each(misspelt)('%s: %s', async (_, text, id) => {
    expect(await firstOf(text)).toBe(id)
  })
})

test('each item is found first by its own name', async () => {
  for (const { item: { id, name } } of catalog.items.values()) expect(await firstOf(name), name).toBe(id)
})
