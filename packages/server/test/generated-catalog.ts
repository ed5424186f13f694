import { readdirSync, readFileSync } from 'node:fs'
import { jiraTicketAction } from '@pao/action-jira'
import { restApiAction } from '@pao/action-rest'
import { createActionRegistry, createCatalog } from '@pao/core'
import type { Catalog, CatalogFile } from '@pao/core'

/** What platform teams offer: id, name, description, category, owning team, tags. */
const offers: readonly (readonly [string, string, string, string, string, string])[] = [
  ['mysql-database', 'MySQL Database', 'A relational database for web applications, with replicas and nightly dumps.', 'databases', 'persistence', 'sql, relational'],
  ['mongodb-cluster', 'MongoDB Cluster', 'A document store in three zones, with point in time recovery.', 'databases', 'persistence', 'nosql, documents'],
  ['redis-cache', 'Redis Cache', 'Keeps values in memory for fast reads, with eviction.', 'databases', 'persistence', 'cache, key-value'],
  ['cassandra-keyspace', 'Cassandra Keyspace', 'Wide columns for large amounts of writes over regions.', 'databases', 'persistence', 'nosql, columns'],
  ['elasticsearch-index', 'Elasticsearch Index', 'Full text over your records, with aggregations.', 'databases', 'insight', 'search, text'],
  ['snowflake-warehouse', 'Snowflake Warehouse', 'Analytical queries over the lake, billed by the second.', 'databases', 'insight', 'analytics, reporting'],
  ['kafka-topic', 'Kafka Topic', 'Ordered events between services, kept for a week.', 'messaging', 'integration', 'events, streaming'],
  ['rabbitmq-exchange', 'RabbitMQ Exchange', 'Routes messages to consumers, with dead letters.', 'messaging', 'integration', 'broker, amqp'],
  ['email-sender', 'E-Mail Sender', 'Sends transactional mail from a domain of yours.', 'messaging', 'integration', 'smtp, notification'],
  ['kubernetes-namespace', 'Kubernetes Namespace', 'A place for your containers, with limits and network policies.', 'compute', 'runtime', 'k8s, containers'],
  ['virtual-machine', 'Virtual Machine', 'A Linux or Windows host with patches and snapshots.', 'compute', 'runtime', 'vm, server'],
  ['lambda-function', 'Serverless Function', 'Code that runs on events and costs nothing while it sleeps.', 'compute', 'runtime', 'lambda, faas'],
  ['gpu-workstation', 'GPU Workstation', 'Graphics processors for training and rendering.', 'compute', 'runtime', 'machine-learning, cuda'],
  ['container-registry', 'Container Registry', 'Stores images, scans them and signs them.', 'platform-utilities', 'delivery', 'docker, images'],
  ['git-repository', 'Git Repository', 'A place for source code with branch protection and reviews.', 'platform-utilities', 'delivery', 'github, code'],
  ['build-pipeline', 'Build Pipeline', 'Compiles, checks and publishes on every push.', 'platform-utilities', 'delivery', 'jenkins, continuous-integration'],
  ['terraform-workspace', 'Terraform Workspace', 'Remote state, plans and approvals for infrastructure as code.', 'platform-utilities', 'delivery', 'iac, opentofu'],
  ['artifact-feed', 'Artifact Feed', 'Packages for npm, Maven and PyPI, with retention.', 'platform-utilities', 'delivery', 'packages, artifactory'],
  ['load-balancer', 'Load Balancer', 'Spreads calls over instances, with health probes.', 'networking', 'connectivity', 'traffic, ingress'],
  ['api-gateway', 'API Gateway Route', 'Publishes an interface with quotas and keys.', 'networking', 'connectivity', 'rest, proxy'],
  ['vpn-access', 'VPN Access', 'Reaches private networks from a laptop.', 'networking', 'connectivity', 'remote, wireguard'],
  ['firewall-rule', 'Firewall Rule', 'Opens a port between two zones after review.', 'networking', 'connectivity', 'ports, security-group'],
  ['cdn-distribution', 'Content Delivery Network', 'Caches static files close to readers.', 'networking', 'connectivity', 'cdn, edge'],
  ['tls-certificate', 'TLS Certificate', 'A certificate for a host name, renewed by itself.', 'security', 'trust', 'https, pki'],
  ['service-account', 'Service Account', 'An identity for a program, with rotated credentials.', 'security', 'trust', 'iam, identity'],
  ['single-sign-on', 'Single Sign-On Application', 'Registers a client with the identity provider.', 'security', 'trust', 'sso, oidc, saml'],
  ['encryption-key', 'Encryption Key', 'A key in hardware that never leaves it.', 'security', 'trust', 'kms, hsm'],
  ['vulnerability-scan', 'Vulnerability Scan', 'Looks for known weaknesses in hosts and images.', 'security', 'trust', 'cve, audit'],
  ['grafana-dashboard', 'Grafana Dashboard', 'Panels over your metrics, from a template.', 'monitoring', 'insight', 'charts, observability'],
  ['prometheus-alerts', 'Prometheus Alert Rules', 'Tells the right people when a figure is out of bounds.', 'monitoring', 'insight', 'alerting, metrics'],
  ['log-archive', 'Log Archive', 'Keeps the logs of a service for years, searchable.', 'monitoring', 'insight', 'logging, retention'],
  ['uptime-check', 'Uptime Check', 'Calls an address from five continents.', 'monitoring', 'insight', 'availability, synthetic'],
  ['on-call-schedule', 'On-Call Schedule', 'Who is paged when, with escalation.', 'monitoring', 'insight', 'pagerduty, rota'],
  ['file-share', 'File Share', 'A network drive for several machines.', 'storage', 'persistence', 'nfs, smb'],
  ['backup-vault', 'Backup Vault', 'Copies volumes every night and restores them.', 'storage', 'persistence', 'recovery, snapshots'],
  ['data-lake-table', 'Data Lake Table', 'Columns on cheap disks, for batch jobs.', 'storage', 'insight', 'parquet, iceberg'],
  ['jupyter-notebook', 'Jupyter Notebook', 'Python in the browser beside the lake.', 'other', 'insight', 'data-science, python'],
  ['feature-flags', 'Feature Flag Project', 'Turns parts of a program on and off.', 'other', 'delivery', 'toggles, experiments'],
  ['wiki-space', 'Wiki Space', 'Pages for a team, with permissions.', 'other', 'delivery', 'confluence, documentation'],
  ['test-environment', 'Ephemeral Test Environment', 'A whole stack for a branch, removed after a day.', 'other', 'delivery', 'preview, staging'],
]

/** Each offer comes in these kinds: an ending of the name, a sentence more, a tag. The first is the plain one. */
const kinds: readonly (readonly [string, string, string])[] = [
  ['', '', 'standard'], ['with high availability', 'Two regions, switched over within a minute.', 'resilient'], ['for sandboxes', 'Small, cheap, removed after a month.', 'sandbox'],
  ['for regulated data', 'Under the rules of auditors, with evidence.', 'compliance'], ['in Frankfurt', 'In the European Union alone.', 'europe'], ['in Ohio', 'Close to customers in America.', 'america'],
  ['for batch work', 'By night and on weekends.', 'batch'], ['previous generation', 'For those who have not moved yet.', 'legacy'],
]

const documentOf = ([id, name, description, category, team, tags]: typeof offers[number], [ending, more, tag]: typeof kinds[number]): CatalogFile => {
  const full = ending === '' ? id : `${id}-${ending.replaceAll(' ', '-').toLowerCase()}`
  return { path: `${full}.yaml`, source: `
version: "2.0"
kind: CatalogItem
metadata:
  id: ${full}
  name: ${JSON.stringify(`${name} ${ending}`.trim())}
  description: ${JSON.stringify(`${description} ${more} Offered by the team that runs it.`)}
  version: 1.0.0
  category: ${category}
  owner: { team: platform-${team}-team, contact: ${team}@example.org }
  tags: [${tags}, ${tag}]
presentation:
  form: { groups: [{ id: basic, name: Basics, fields: [{ id: name, name: Name, type: string, required: true }] }] }
fulfillment:
  strategy: { mode: manual }
  manual: { actions: [{ id: ticket, type: jira-ticket, config: { ticket: { project: OPS, issue_type: Task, summary_template: "Thing {{fields.name}}" } } }] }
` }
}

const examplesFolder = new URL('../../../examples/catalog/', import.meta.url)

const examples = (): readonly CatalogFile[] => readdirSync(examplesFolder).filter((name) => name.endsWith('.yaml'))
  .map((path) => ({ path, source: readFileSync(new URL(path, examplesFolder), 'utf8') }))

/** Some hundred items as platform teams write them, and the examples. */
export const generatedCatalog = (): Catalog => createCatalog([...examples(), ...offers.flatMap((offer) => kinds.map((kind) => documentOf(offer, kind)))], {
  profile: 'compat', templateEnv: [],
  actions: createActionRegistry([restApiAction(), jiraTicketAction({ connections: [{ name: 'main', baseUrl: 'https://jira.example', email: 'a@b.c', tokenSecret: 'T' }] })]),
})
