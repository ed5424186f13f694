import type { StoresFixture } from '../stores-fixture.js'

/** Everything that can be read about a request: what must be the same before and after a refused write. */
export const storedEvidence = async ({ requests, logs }: StoresFixture, id: string, references: readonly string[] = []) => ({
  stored: await requests.load(id),
  history: await requests.history(id),
  logs: await logs.read({ requestId: id, limit: 1_000 }),
  expecting: await Promise.all(references.map((reference) => requests.expecting('jira:main', reference))),
})
