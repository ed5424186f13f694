const src = 'packages/server/src'
const test = 'packages/server/test'

/** What the API refuses, hides and bounds. */
export default {
  area: 'server',
  title: 'The API and the server',
  mutants: [
    {
      id: 'host-check', defence: 'without authentication a foreign Host header (DNS rebinding) is refused',
      file: `${src}/dev-authenticator.ts`, find: 'if (!isLoopbackHost(host)) {', replace: 'if (host === undefined) {', by: [`${test}/dev-authenticator.test.ts`, 'is refused everywhere'],
    },
    {
      id: 'host-check-anchored', defence: 'a Host that only begins like localhost is foreign',
      file: `${src}/dev-authenticator.ts`, find: '(?::\\d{1,5})?$/i.test(host)', replace: '/i.test(host)', by: [`${test}/dev-authenticator.test.ts`, 'localhost.evil.example'],
    },
    {
      id: 'origin-check', defence: 'without authentication a call from a page of another origin is refused',
      file: `${src}/dev-authenticator.ts`, find: 'if (origin !== null && origin', replace: 'if (origin === \'never\' && origin', by: [`${test}/dev-authenticator.test.ts`, 'https://evil.example'],
    },
    {
      id: 'gate-before-routes', defence: 'every call passes the authenticator\'s gate, whatever its route',
      file: `${src}/app.ts`, find: 'dependencies.authenticator.admit(request) ?? (', replace: '(', by: ['packages/server/test/dev-authenticator.test.ts', 'is refused everywhere'],
    },
    {
      id: 'dev-user-pattern', defence: 'X-PAO-User of another form than a name is refused',
      file: `${src}/dev-authenticator.ts`, find: '!userPattern.test(id)', replace: 'id === \'\'', by: [`${test}/dev-authenticator.test.ts`, 'is refused'],
    },
    {
      id: 'dev-names-pattern', defence: 'X-PAO-Teams and X-PAO-Roles hold names only',
      file: `${src}/dev-authenticator.ts`, find: '|| !list.every((name) => namePattern.test(name))', replace: '', by: [`${test}/dev-authenticator.test.ts`, 'X-PAO-Teams'],
    },
    {
      id: 'dev-names-bound', defence: 'at most 50 teams or roles are read',
      file: `${src}/dev-authenticator.ts`, find: 'list.length > MAX_NAMES ||', replace: '', by: [`${test}/dev-authenticator.test.ts`, 'X-PAO-Teams'],
    },
    {
      id: 'dev-loopback-only', defence: 'PAO_AUTH=dev does not listen where other machines reach it',
      file: `${src}/config.ts`, find: 'if (!loopback) {', replace: 'if (host === \'\') {', by: [`${test}/config.test.ts`, 'tells what one variable says and what several say together, once each'],
    },
    {
      id: 'content-type', defence: 'a body that a plain web form can send is refused',
      file: `${src}/json-body.ts`, find: 'return notJson()\n}\n\n/** The body as it came', replace: 'return undefined\n}\n\n/** The body as it came', by: [`${test}/dev-authenticator.test.ts`, 'is refused, as a form would send it'],
    },
    {
      id: 'content-encoding', defence: 'a compressed body is refused',
      file: `${src}/json-body.ts`, find: 'if (encoding === null || encoding', replace: 'if (encoding !== \'\' || encoding', by: [`${test}/submit-request.test.ts`, 'text that is not UTF-8, and a compressed body'],
    },
    {
      id: 'body-limit-announced', defence: 'a body that announces more than 1 MiB is not read',
      file: `${src}/json-body.ts`, find: 'if (Number(announced ?? 0) > most) return tooLarge(most)', replace: '', by: [`${test}/submit-request.test.ts`, 'a body that announces too much is not read'],
    },
    {
      id: 'body-limit-counted', defence: 'a body that says nothing of its length is cut off at 1 MiB',
      file: `${src}/json-body.ts`, find: 'if (size > most) return tooLarge(most)', replace: '', by: [`${test}/submit-request.test.ts`, 'a body that says nothing of its length is cut off'],
    },
    {
      id: 'body-limit-lied', defence: 'a body that is longer than it says is measured as it came',
      file: `${src}/json-body.ts`, find: 'bytes.byteLength > most ?', replace: 'bytes.byteLength > Infinity ?', by: [`${test}/submit-request.test.ts`, 'a body that lies about its length is cut off'],
    },
    {
      id: 'body-depth', defence: 'a body is nested at most 32 levels',
      file: `${src}/json-body.ts`, find: 'if (depth > MAX_DEPTH)', replace: 'if (depth > 1e9)', by: [`${test}/submit-request.test.ts`, 'is refused'],
    },
    {
      id: 'body-values', defence: 'a body holds at most 20,000 values',
      file: `${src}/json-body.ts`, find: 'if (seen.values > MAX_VALUES)', replace: 'if (seen.values > 1e9)', by: [`${test}/submit-request.test.ts`, 'is refused'],
    },
    {
      id: 'body-forbidden-names', defence: 'a body holds no member named as the machinery of the language',
      file: `${src}/json-body.ts`, find: 'if (forbiddenNames.has(name))', replace: 'if (name === \'\\u0000\')', by: [`${test}/submit-request.test.ts`, 'is refused'],
    },
    {
      id: 'body-lone-surrogate', defence: 'a body holds no half of a surrogate pair',
      file: `${src}/json-body.ts`, find: '|| loneSurrogate.test(text)', replace: '', by: [`${test}/submit-request.test.ts`, 'is refused'],
    },
    {
      id: 'body-nul', defence: 'a body holds no NUL',
      file: `${src}/json-body.ts`, find: 'text.includes(\'\\u0000\') ||', replace: '', by: [`${test}/submit-request.test.ts`, 'is refused'],
    },
    {
      id: 'body-name-text', defence: 'names of members are held to the same as texts',
      file: `${src}/json-body.ts`, find: 'unsafeText(name, at) ??', replace: '', by: [`${test}/submit-request.test.ts`, 'is refused'],
    },
    {
      id: 'body-utf8', defence: 'a body that is not UTF-8 is refused, not repaired',
      file: `${src}/json-body.ts`, find: 'JSON.parse(new TextDecoder(\'utf-8\', { fatal: true })', replace: 'JSON.parse(new TextDecoder()', by: [`${test}/submit-request.test.ts`, 'text that is not UTF-8, and a compressed body'],
    },
    {
      id: 'unknown-member', defence: 'an unknown member of a body is refused', file: `${src}/members.ts`,
      find: 'Object.keys(object).filter((name) => !known.includes(name))', replace: 'Object.keys(object).filter(() => false)', by: [`${test}/submit-request.test.ts`, 'unknown members are refused, all at once, with a guess'],
    },
    {
      id: 'unknown-query', defence: 'an unknown query parameter is refused: a mistyped filter would show everything',
      file: `${src}/query.ts`, find: '.filter((name) => !known.includes(name)).map((name) => unknown(name, known))', replace: '.filter(() => false).map((name) => unknown(name, known))', by: [`${test}/read-request.test.ts`, 'stauts=failed'],
    },
    {
      id: 'query-control', defence: 'a query parameter holds no control character',
      file: `${src}/query.ts`, find: '|| /[\\u0000-\\u001f]/.test(value)', replace: '', by: [`${test}/read-request.test.ts`, 'is refused'],
    },
    {
      id: 'limit-cap', defence: 'a page has at most 100 rows', file: `${src}/query.ts`,
      find: 'return Math.min(Number(value), MAX_LIMIT)', replace: 'return Number(value)', by: [`${test}/read-request.test.ts`, 'filters reach the store, both spellings of a status'],
    },
    {
      id: 'cursor-form', defence: 'a cursor that this list has not given is refused', file: `${src}/routes/list-requests.ts`,
      find: ' && storedRequestId(id) === id) return', replace: ') return', by: [`${test}/read-request.test.ts`, 'is refused'],
    },
    {
      id: 'cursor-date', defence: 'a cursor with a moment that is none is refused', file: `${src}/routes/list-requests.ts`,
      find: 'Number.isSafeInteger(createdAt) && Math.abs(createdAt) <= 8.64e15 && ', replace: '', by: [`${test}/read-request.test.ts`, 'is refused'],
    },
    {
      id: 'cursor-version', defence: 'a cursor of another version is refused', file: `${src}/cursor.ts`,
      find: '|| json[0] !== VERSION', replace: '', by: [`${test}/cursor.property.test.ts`, 'is no cursor of ours'],
    },
    {
      id: 'cursor-length', defence: 'an endless cursor is not decoded', file: `${src}/cursor.ts`,
      find: 'cursor.length > MAX_LENGTH || ', replace: '', by: [`${test}/cursor.property.test.ts`, 'a text that is too long, or not of the alphabet, is not decoded'],
    },
    {
      id: 'cursor-parts', defence: 'a cursor holds texts and numbers only', file: `${src}/cursor.ts`,
      find: 'return parts.every((part): part is string | number => typeof part === \'string\' || typeof part === \'number\') ? parts : undefined', replace: 'return parts as readonly (string | number)[]',
      by: [`${test}/cursor.property.test.ts`, 'is no cursor of ours'],
    },
    {
      id: 'cursor-logs', defence: 'the log list takes its own cursors only', file: `${src}/routes/read-request.ts`,
      find: '(after?.length !== 1 || typeof after[0] !== \'string\')', replace: 'after === undefined', by: [`${test}/read-request.test.ts`, 'refuses other levels, other cursors and what is not yours'],
    },
    {
      id: 'cursor-catalog', defence: 'the catalog takes its own cursors only', file: `${src}/routes/catalog.ts`,
      find: 'if (cursorText !== undefined && !isPlace(cursor))', replace: 'if (cursorText !== undefined && cursor === undefined)', by: [`${test}/app.test.ts`, 'a cursor of another list is refused'],
    },
    {
      id: 'error-message', defence: 'an error of the server tells the caller nothing of its cause', file: `${src}/answer.ts`,
      find: '\'This is a fault of the server. Its log has the cause under the correlation id.\'', replace: 'String(error)', by: [`${test}/submit-request.test.ts`, 'without the database it is 503 with Retry-After; a bug is 500; neither tells why, the log does'],
    },
    {
      id: 'store-error-message', defence: 'an outage of the database tells the caller no host and no statement', file: `${src}/answer.ts`,
      find: '\'The database does not answer at the moment. Nothing is lost that was accepted; ask again shortly.\'', replace: 'error.message', by: [`${test}/submit-request.test.ts`, 'without the database it is 503 with Retry-After; a bug is 500; neither tells why, the log does'],
    },
    {
      id: 'store-503', defence: 'an outage of the database is 503 with Retry-After, not a fault', file: `${src}/answer.ts`,
      find: 'isPaoError(error, \'STORE_UNAVAILABLE\')', replace: 'isPaoError(error, \'CONFIGURATION\')', by: [`${test}/submit-request.test.ts`, 'without the database it is 503 with Retry-After; a bug is 500; neither tells why, the log does'],
    },
    {
      id: 'nosniff', defence: 'answers are not sniffed for another type', file: `${src}/answer.ts`,
      find: '\'x-content-type-options\': \'nosniff\',', replace: '', by: [`${test}/app.test.ts`, 'no answer is kept by a cache, or taken for another type than its own'],
    },
    {
      id: 'no-store', defence: 'answers are not kept by caches', file: `${src}/answer.ts`,
      find: '\'cache-control\': \'no-store\',', replace: '', by: [`${test}/app.test.ts`, 'no answer is kept by a cache, or taken for another type than its own'],
    },
    {
      id: 'correlation-pattern', defence: 'a foreign text never reaches a log as a correlation id', file: `${src}/correlation-id.ts`,
      find: 'given !== null && correlationIdPattern.test(given)', replace: 'given !== null', by: [`${test}/app.test.ts`, 'every answer echoes the correlation id, but never a malformed one'],
    },
    {
      id: 'correlation-body', defence: 'the correlation id of a body has the form of one', file: `${src}/routes/submit-request.ts`,
      find: 'pattern: correlationIdPattern, ', replace: '', by: [`${test}/submit-request.test.ts`, 'database-postgresql'],
    },
    {
      id: 'auth-on-catalog', defence: 'the catalog answers identified callers only', file: `${src}/routes/catalog.ts`,
      find: 'get(\'/catalog\', personal(list))', replace: 'get(\'/catalog\', (context) => list(context, { id: \'x\', teams: [], roles: [\'admin\'] }))', by: [`${test}/app.test.ts`, 'items for other teams are not there'],
    },
    {
      id: 'catalog-visibility', defence: 'an item that the caller may not see is not found', file: `${src}/routes/catalog.ts`,
      find: 'loaded !== undefined && isVisibleTo(loaded, viewerOf(person)) ? loaded', replace: 'loaded !== undefined ? loaded', by: [`${test}/app.test.ts`, 'items for other teams are not there'],
    },
    {
      id: 'catalog-refresh-role', defence: 'only administrators refresh the catalog', file: `${src}/routes/catalog.ts`,
      find: 'if (!isAdministrator(person) && ', replace: 'if (person.id === \'\' && ', by: [`${test}/app.test.ts`, 'only some roles may refresh'],
    },
    {
      id: 'find-visibility', defence: 'a request of others is not found', file: `${src}/routes/read-request.ts`,
      find: ': await orchestrator.find(id, viewerOf(person))', replace: ': await orchestrator.find(id, { ...viewerOf(person), administrator: true })', by: ['packages/server/test/end-to-end.test.ts', 'only the requester, the owners and administrators'],
    },
    {
      id: 'live-visibility', defence: 'a live read of a request of others is not found', file: `${src}/routes/read-request.ts`,
      find: 'await orchestrator.findLive(id, viewerOf(person))', replace: 'await orchestrator.findLive(id, { ...viewerOf(person), administrator: true })', by: [`${test}/read-request.test.ts`, 'live reads are those of the caller'],
    },
    {
      id: 'logs-visibility', defence: 'log lines of a request of others are not found', file: `${src}/routes/read-request.ts`,
      find: 'await orchestrator.logs(id, viewerOf(person), {', replace: 'await orchestrator.logs(id, { ...viewerOf(person), administrator: true }, {', by: ['packages/server/test/end-to-end.test.ts', 'only the requester, the owners and administrators'],
    },
    {
      id: 'list-visibility', defence: 'a list shows the caller\'s requests only', file: `${src}/routes/list-requests.ts`,
      find: 'viewer: viewerOf(person), scope', replace: 'viewer: { ...viewerOf(person), administrator: true }, scope', by: [`${test}/read-request.test.ts`, 'filters reach the store, both spellings of a status'],
    },
    {
      id: 'if-match', defence: 'a decision holds for the version that its author has seen', file: `${src}/routes/decide-request.ts`,
      find: 'return version === undefined ? {} : { ifVersion: version }', replace: 'return {}', by: [`${test}/decide-request.test.ts`, 'a retry with edited input, findings and a precondition'],
    },
    {
      id: 'if-match-form', defence: 'an If-Match that names no version is refused, not ignored', file: `${src}/routes/decide-request.ts`,
      find: 'if (version === null) return', replace: 'if (version === null) return {}\n  if (version === null) return', by: [`${test}/decide-request.test.ts`, 'If-Match that names no version is 412, * is any'],
    },
    {
      id: 'idempotency-key-form', defence: 'an Idempotency-Key is 1 to 255 visible characters', file: `${src}/routes/submit-request.ts`,
      find: 'if (/^[\\x21-\\x7e]{1,255}$/.test(key)) return { key }', replace: 'return { key }', by: [`${test}/submit-request.test.ts`, 'Idempotency-Key "'],
    },
    {
      id: 'wait-cap', defence: 'a submission waits for its end at most 30 seconds', file: `${src}/routes/submit-request.ts`,
      find: 'Math.min(Number(match[1]), MAX_WAIT_SECONDS)', replace: 'Number(match[1])', by: [`${test}/submit-request.test.ts`, 'waits only when asked: 201 when it has ended, 202 when it has not'],
    },
    {
      id: 'input-mask', defence: 'a password field is never shown, not even encrypted', file: `${src}/request-view.ts`,
      find: 'sealed.includes(name) || isSealed(value) ? MASK : value', replace: 'value', by: [`${test}/read-request.test.ts`, 'tells where it stands, what failed and what exists'],
    },
    {
      id: 'input-mask-by-field', defence: 'a password is masked by its field, whatever its text looks like', file: `${src}/request-view.ts`,
      find: 'sealed.includes(name) || ', replace: '', by: [`${test}/read-request.test.ts`, 'a password is masked'],
    },
    {
      id: 'print-config-password', defence: 'the printed configuration shows no password of a URL', file: `${src}/config.ts`,
      find: 'if (url.password !== \'\') url.password = \'redacted\'', replace: '', by: [`${test}/config.test.ts`, 'is printed without its secrets'],
    },
    {
      id: 'print-config-parameter', defence: 'the printed configuration shows no secret in a URL\'s query', file: `${src}/config.ts`,
      find: 'if (/pass|key|token|secret/i.test(name)) ', replace: 'if (name === \'\') ', by: [`${test}/config.test.ts`, 'is printed without its secrets'],
    },
    {
      id: 'print-config-key', defence: 'the printed configuration shows no encryption key', file: `${src}/config.ts`,
      find: '{ encryptionKey: \'redacted\' }', replace: '{ encryptionKey: config.encryptionKey.toString(\'hex\') }', by: [`${test}/config.test.ts`, 'is printed without its secrets'],
    },
    {
      id: 'key-length', defence: 'an encryption key has 32 bytes', file: `${src}/config-schema.ts`,
      find: '{43}=?$/.test(trimmed)', replace: '+=?$/.test(trimmed)', by: [`${test}/config.test.ts`, 'tells everything that is wrong at once'],
    },
    {
      id: 'cipher-context', defence: 'a sealed field opens only as the field of the request that it was sealed for', file: `${src}/field-cipher.ts`,
      find: 'decipher.setAAD(Buffer.from(context, \'utf8\'))', replace: 'decipher.setAAD(Buffer.from(\'\'))', by: [`${test}/field-cipher.test.ts`, 'open to what was sealed, and never twice to the same text'],
    },
    {
      id: 'cipher-nonce', defence: 'two seals of one text differ', file: `${src}/field-cipher.ts`,
      find: 'const iv = randomBytes(IV_BYTES)', replace: 'const iv = Buffer.alloc(IV_BYTES)', by: [`${test}/field-cipher.test.ts`, 'open to what was sealed, and never twice to the same text'],
    },
    {
      id: 'cipher-digest-keyed', defence: 'the hash of a body that may hold a password cannot be guessed without the key', file: `${src}/field-cipher.ts`,
      find: 'createHmac(\'sha256\', digestKey).update(clear', replace: 'createHash(\'sha256\').update(clear', by: [`${test}/field-cipher.test.ts`, 'a digest is keyed and the same for equal texts'],
    },
    {
      id: 'cipher-damage', defence: 'a sealed value that was changed does not open', file: `${src}/field-cipher.ts`,
      find: 'const open = (sealed: string, context: string): string => {', replace: 'const open = (sealed: string, context: string): string => {\n  try { return strict(sealed, context) } catch { return \'\' }\n}\n  const strict = (sealed: string, context: string): string => {', by: [`${test}/field-cipher.test.ts`, 'do not open elsewhere, under another key, or after any change of a sign'],
    },
    {
      id: 'key-file-mode', defence: 'the encryption key\'s file is readable by its owner only', file: `${src}/encryption-key-file.ts`,
      find: 'open(draft, \'wx\', 0o600)', replace: 'open(draft, \'wx\', 0o644)', by: [`${test}/field-cipher.test.ts`, 'is made once, for its owner only, by one of many'],
    },
    {
      id: 'key-file-first-wins', defence: 'of two processes that make a key the first one\'s stays', file: `${src}/encryption-key-file.ts`,
      find: 'await link(draft, path)', replace: 'await rename(draft, path)', by: [`${test}/field-cipher.test.ts`, 'is made once, for its owner only, by one of many'],
    },
    {
      id: 'catalog-link-out', defence: 'a link that leads out of the catalog is not read', file: `${src}/folder-catalog-source.ts`,
      find: 'if (!isInside(root, real)) return', replace: 'if (real === \'\') return', by: [`${test}/folder-catalog-source.test.ts`, 'links are followed inside the catalog only, and folders behind links are not entered'],
    },
    {
      id: 'catalog-file-size', defence: 'a file of more than 1 MiB is no document', file: `${src}/folder-catalog-source.ts`,
      find: 'facts.size > catalogLimits.fileBytes ?', replace: 'facts.size < 0n ?', by: [`${test}/folder-catalog-source.test.ts`, 'one bad file never hides the others'],
    },
    {
      id: 'catalog-file-utf8', defence: 'a document that is not UTF-8 is told, not repaired', file: `${src}/folder-catalog-source.ts`,
      find: 'new TextDecoder(\'utf-8\', { fatal: true, ignoreBOM: true })', replace: 'new TextDecoder()', by: [`${test}/folder-catalog-source.test.ts`, 'one bad file never hides the others'],
    },
    {
      id: 'catalog-file-kind', defence: 'only files are read: no pipe, no device, no folder', file: `${src}/folder-catalog-source.ts`,
      find: 'if (!facts.isFile()) return', replace: 'if (facts.size < 0n) return', by: [`${test}/folder-catalog-source.test.ts`, 'links are followed inside the catalog only'],
    },
    {
      id: 'catalog-unreadable-keeps', defence: 'a file that cannot be read keeps its last good version served', file: `${src}/served-catalog.ts`,
      find: 'files.map(({ path, source }) => ({ path, source: source ?? \'\' }))', replace: 'files.flatMap(({ path, source }) => source === undefined ? [] : [{ path, source }])', by: [`${test}/served-catalog.test.ts`, 'a file that cannot be read any more counts as one in error, and says why'],
    },
    {
      id: 'catalog-last-good', defence: 'the last good version of a document outlives a restart', file: `${src}/served-catalog.ts`,
      find: '? [] : await syncs.served()', replace: '? [] : (await syncs.served()).slice(1)', by: [`${test}/served-catalog.test.ts`, 'a file in error keeps its last good version: over a refresh, and over a restart'],
    },
    {
      id: 'catalog-one-refresh', defence: 'two refreshes do not overlap', file: `${src}/served-catalog.ts`,
      find: 'const mine = latest.then(work, work)', replace: 'const mine = Promise.resolve().then(work)', by: [`${test}/catalog-refreshes.test.ts`, 'no refresh reads while another one reads or stores'],
    },
    {
      id: 'pretty-one-line', defence: 'a foreign line break makes no second line of the log', file: `${src}/logger.ts`,
      find: '.replaceAll(CONTROL, \' \')', replace: '', by: [`${test}/logger.test.ts`, 'is one line whatever it says, and shows no stack'],
    },
    {
      id: 'data-directory-mode', defence: 'the data directory is closed to others', file: `${src}/data-directory.ts`,
      find: '? 0o711 : 0o750', replace: '? 0o777 : 0o777', by: [`${test}/data-directory.test.ts`, 'can be entered by the user of the database, and listed by its owner only'],
    },
    {
      id: 'ready-while-stopping', defence: 'a server that stops is not ready', file: `${src}/routes/health.ts`,
      find: 'if (!health.accepting()) return', replace: 'if (health.accepting() === undefined) return', by: [`${test}/app.test.ts`, 'not ready any more while it stops'],
    },
    {
      id: 'timeline-facts', defence: 'the timeline shows no inputs, outputs or payloads', file: `${src}/timeline.ts`,
      find: '    ...factsOf(event),', replace: '    ...factsOf(event), ...event,', by: [`${test}/read-request.test.ts`, 'the timeline shows what happened, without inputs, outputs and payloads'],
    },
    {
      id: 'env-listed-only', defence: 'templates read only the variables that PAO_TEMPLATE_ENV lists', file: `${src}/composition-root.ts`,
      find: '...Object.fromEntries(config.templateEnv.flatMap((name) => (environment[name] === undefined ? [] : [[name, environment[name]]]))),', replace: '...environment as Record<string, string>,', by: [`${test}/template-env.test.ts`, 'documents read the variables that PAO_TEMPLATE_ENV lists'],
    },
    {
      id: 'secret-prefix', defence: 'only variables named PAO_SECRET_… are secrets that a document can name', file: `${src}/secret-source.ts`,
      find: '?? secrets.get(secretVariable(name))', replace: '?? secrets.get(secretVariable(name)) ?? environment[name]', by: [`${test}/secret-source.test.ts`, 'is no secret of that name'],
    },
  ],
  without: [
    { defence: 'headers and bodies that arrive slowly end after the timeouts of the listener', why: 'they are those of Node, and a test would take as long' },
    { defence: 'a shutdown that does not end is ended by force', why: 'a test would take as long as the grace' },
  ],
}
