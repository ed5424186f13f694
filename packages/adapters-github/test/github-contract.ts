import { readFileSync } from 'node:fs'
import { openApiContract } from '@pao/testing'
import type { OpenApiContract, OpenApiDocument } from '@pao/testing'

type Kinds = Readonly<Record<string, Readonly<Record<string, unknown>>>>
type Described = OpenApiDocument & { readonly components: Kinds; readonly 'x-webhooks'?: Readonly<Record<string, unknown>> }

const described = (name: string): Described => JSON.parse(readFileSync(new URL(`fixtures/${name}`, import.meta.url), 'utf8')) as Described

const [given, more] = [described('github.trimmed.json'), described('github-more.trimmed.json')]

const components: Kinds = Object.fromEntries([...new Set([...Object.keys(given.components), ...Object.keys(more.components)])]
  .map((kind) => [kind, { ...more.components[kind], ...given.components[kind] }]))

/** GitHub's own description of what this package calls. */
export const githubApi: OpenApiDocument = { ...given, paths: { ...given.paths, ...more.paths }, components }

/** Deliveries, as if each were a call of its event's name. */
export const githubDeliveries: OpenApiContract = openApiContract({
  openapi: more.openapi, components, paths: Object.fromEntries(Object.entries(more['x-webhooks'] ?? {}).map(([event, operations]) => [`/${event}`, operations])),
})
