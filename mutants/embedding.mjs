const server = 'packages/server/src'
const created = 'packages/server/test/create-server.test.ts'
const bridge = 'packages/server/test/node-handler.test.ts'
const transaction = 'packages/core/test/execution/transaction.test.ts'
const inTransaction = 'packages/adapters-postgres/test/in-transaction.test.ts'
const schemas = 'packages/adapters-postgres/test/two-schemas.test.ts'
const probe = 'test-support/import-probe.test.ts'

/** PAO inside somebody else's program, database and transactions. */
export default {
  area: 'embedding',
  title: 'Embedding',
  mutants: [
    { id: 'embed-nobody', defence: 'whom the host does not name is not answered', file: `${server}/host-authenticator.ts`, find: 'identify: () => problem(\'UNAUTHORIZED\', \'Who calls is not known: the program that this API is part of has named nobody.\')', replace: 'identify: () => ({ id: \'anybody\', teams: [], roles: [] })', by: [created, 'whom neither the host nor the authenticator names is refused'] },
    { id: 'embed-person', defence: 'a caller whose teams are no list matches no parts of names', file: `${server}/caller.ts`, find: 'checkedPerson(caller)', replace: 'caller', by: [created, 'a caller who is no person is a fault of the host'] },
    { id: 'embed-gate', defence: 'an authenticator of the host\'s that throws is answered without its message', file: `${server}/app.ts`, find: 'return failed(error, callOf(request, dependencies.now()), dependencies.logger)', replace: 'throw error', by: [created, 'an authenticator that throws is a fault of the host'] },
    { id: 'embed-path', defence: 'a base path is no pattern', file: `${server}/app.ts`, find: 'checkedBasePath(options.basePath)', replace: 'options.basePath ?? \'\'', by: [created, 'is refused'] },
    { id: 'embed-cipher', defence: 'without a key no item with a password is offered', file: `${server}/create-server.ts`, find: 'sealing: cipher !== undefined', replace: 'sealing: true', by: [created, 'without a cipher an item with a password is shown'] },
    { id: 'embed-key', defence: 'a short encryption key is refused', file: `${server}/field-cipher.ts`, find: 'if (key.length !== KEY_BYTES) throw', replace: 'if (key.length < 0) throw', by: [created, 'a key of another length is refused'] },
    { id: 'embed-globals', defence: 'the globals of the host stay its own', file: `${server}/node-handler.ts`, find: 'overrideGlobalObjects: false', replace: 'overrideGlobalObjects: true', by: [bridge, 'the globals of the host stay its own'] },
    { id: 'embed-body', defence: 'a body that the host has read is not lost', file: `${server}/node-handler.ts`, find: 'server.fetch(withReadBody(read, request)', replace: 'server.fetch(read', by: [bridge, 'takes a body that a parser has read, as'] },
    { id: 'embed-empty-body', defence: 'an empty object of a parser that has read nothing is not the body', file: `${server}/node-handler.ts`, find: '!readableDidRead || ', replace: '', by: [bridge, 'a parser that left an empty object and the stream alone is not believed'] },
    { id: 'embed-unclaimed', defence: 'nothing is claimed in a transaction that may never commit', file: 'packages/core/src/execution/submit.ts', find: 'const place = foreign === undefined ? worker.reserve() : undefined', replace: 'const place = worker.reserve()', by: [transaction, 'is queued without a claim'] },
    { id: 'embed-client', defence: 'a submission over the caller\'s client is undone with its transaction', file: 'packages/core/src/execution/submit.ts', find: 'const requests = foreign ?? ports.requests', replace: 'const requests = ports.requests', by: [inTransaction, 'is gone with the rollback, in every table, and its key is free'] },
    { id: 'embed-schema', defence: 'two schemas share no prepared statement', file: 'packages/adapters-postgres/src/sql/statement.ts', find: '`${schema}_${name}`', replace: 'name', by: [schemas, 'both carry their own requests over one pool'] },
    { id: 'embed-probe', defence: 'what an import puts off to the next turn is seen', file: 'scripts/import-probe.mjs', find: '  await nextTurn()\n', replace: '', by: [probe, 'createServer().listen'] },
  ],
}
