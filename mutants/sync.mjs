const core = 'packages/core/src/catalog'
const owners = `${core}/codeowners`
const server = 'packages/server/src'
const postgres = 'packages/adapters-postgres/src/sql/catalog-syncs.ts'
const pattern = 'packages/core/test/catalog/codeowners/path-pattern.test.ts'
const parsed = 'packages/core/test/catalog/codeowners/codeowners.test.ts'
const checked = 'packages/core/test/catalog/codeowners/check-ownership.test.ts'
const sync = 'packages/server/test/catalog-sync.test.ts'
const hooks = 'packages/server/test/webhooks.test.ts'
const folder = 'packages/server/test/folder-catalog-source.test.ts'
const health = 'packages/server/test/health.test.ts'
const contracts = 'packages/adapters-postgres/test/contracts.test.ts'

/** Who may change the catalog, and how replicas keep to one. */
export default {
  area: 'sync',
  title: 'The catalog and its source',
  mutants: [
    { id: 'owners-team', defence: 'a document whose team does not own its path is not served', file: `${owners}/check-ownership.ts`, find: 'if (isOwnedBy(codeowners.ownersOf(document.path).owners, owner.team, owner.contact)) return undefined', replace: 'if (owner.team !== \'\') return undefined', by: [checked, 'another owner: an issue at the owner, not served, and what was served before stays'] },
    { id: 'owners-last-good', defence: 'what was served before stays, also where it would be moved into the path of another team', file: `${core}/catalog.ts`, find: 'for (const last of [byPath.get(path), lastGood.get(item?.item.id ?? \'\')])', replace: 'for (const last of [byPath.get(path)])', by: [checked, 'a move into the path of another team keeps the item where it was'] },
    { id: 'owners-category', defence: 'the first item of a category needs the architecture team', file: `${owners}/check-ownership.ts`, find: 'if (!isNew && !isSchema(document.path)) return undefined', replace: 'if (!isSchema(document.path)) return undefined', by: [checked, 'must own the path of the first item of a category'] },
    { id: 'owners-schema', defence: 'what lies under schemas/ needs the architecture team', file: `${owners}/check-ownership.ts`, find: 'part.toLowerCase() === \'schemas\'', replace: 'part === \'\'', by: [checked, 'must own what lies under schemas/'] },
    { id: 'owners-last-wins', defence: 'the last line that fits decides', file: `${owners}/codeowners.ts`, find: 'rules.findLast(', replace: 'rules.find(', by: [parsed, 'the last line that fits decides, and one without owners takes them away'] },
    { id: 'owners-sections', defence: 'of GitLab the owners of all sections count', file: `${owners}/codeowners.ts`, find: 'const name = `[${head.name.toLowerCase()}]`', replace: 'const name = \'\'', by: [parsed, 'in each section the last line that fits decides, and the owners of all sections count'] },
    { id: 'owners-excluded', defence: 'what a section excludes nobody owns there, whatever follows', file: `${owners}/codeowners.ts`, find: 'return excluding ?? rules', replace: 'return rules', by: [parsed, 'what is excluded belongs to nobody in its section, whatever follows'] },
    { id: 'owners-default', defence: 'a word that is no owner does not bring the owners of the section in its place', file: `${owners}/codeowners.ts`, find: 'entry.owners.length === 0 && entry.strays.length === 0 ?', replace: 'entry.owners.length === 0 ?', by: [parsed, 'a word that is no owner does not bring the owners of the section in its place'] },
    { id: 'owners-organisation', defence: 'a team of another organisation is another team', file: `${owners}/owns.ts`, find: '(!wanted.includes(\'/\') && full.endsWith(`/${wanted}`))', replace: 'full.endsWith(wanted.slice(wanted.lastIndexOf(\'/\')))', by: [parsed, '@other/platform-data'] },
    { id: 'owners-anchored', defence: 'a pattern of GitHub with a slash is bound to the root', file: `${owners}/path-pattern.ts`, find: 'parts.length > 2 || (', replace: 'parts.length > 99 || (', by: [pattern, 'a pattern that is bound to the root fits what picomatch fits'] },
    { id: 'owners-folder-files', defence: 'docs/* means the files right there', file: `${owners}/path-pattern.ts`, find: 'spelt(last) === \'*\' ? [] :', replace: 'spelt(last) === \'\' ? [] :', by: [pattern, 'docs/*'] },
    { id: 'sync-read-once', defence: 'a poll does not read what another replica has just read', file: `${server}/catalog-sync.ts`, find: 'clock.now() - lastSync < pollMs * 0.8', replace: 'clock.now() < 0', by: [sync, 'the polls of several replicas are one'] },
    { id: 'sync-lost-claim', defence: 'who lost the claim while it read changes nothing', file: `${server}/served-catalog.ts`, find: 'await syncs.record(claim, sync, change) === \'claim-lost\'', replace: 'await syncs.record(claim, sync, change) === undefined', by: [sync, 'one that lost its claim while it read changes nothing'] },
    { id: 'sync-own-folders', defence: 'replicas with folders of their own do not undo each other', file: `${server}/served-catalog.ts`, find: '(commit === undefined ? revision === lastRead : revision === state.latest?.revision)', replace: 'revision === state.latest?.revision', by: [sync, 'with folders of their own do not undo each other at each poll'] },
    { id: 'sync-stop', defence: 'after the stop nothing is read', file: `${server}/catalog-sync.ts`, find: '      timers.clear()\n', replace: '', by: [sync, 'the source is read every five minutes, and not after the stop'] },
    { id: 'sync-again', defence: 'a push that its host does not show yet is looked for again', file: `${server}/catalog-sync.ts`, find: 'catalog.report().commit === commit) return', replace: 'commit !== \'\') return', by: [sync, 'a push is looked for again where its host does not show it yet'] },
    { id: 'sync-verdict', defence: 'a verdict that cannot be shown keeps nothing from being served', file: `${server}/served-catalog.ts`, find: '\n      .catch((error: unknown) => { logger.warn({ err: error, commit }, \'what was found in the catalog could not be shown at its commit\') })', replace: '', by: [sync, 'a verdict that cannot be shown keeps nothing from being served'] },
    { id: 'sync-fence', defence: 'a record without the claim changes no row', file: postgres, find: '  where ${held(claim)} and number = ${sync.number - 1}::int returning number', replace: '  where number = ${sync.number - 1}::int returning number', by: [contracts, 'a record without the claim, or out of turn, changes nothing'] },
    { id: 'sync-lease', defence: 'a claim that is held is given to nobody else', file: postgres, find: 'where s.owner is null or s.owner = excluded.owner or s.lease_until <= clock_timestamp()', replace: 'where s.owner is null or s.owner is not null', by: [contracts, 'one owner has the claim until it is released or its lease runs out'] },
    { id: 'sync-delivery-once', defence: 'a delivery is new to one replica alone', file: postgres, find: 'where d.token = excluded.token or d.seen_at <', replace: 'where d.token is not null or d.seen_at <', by: [contracts, 'a delivery is new once, also when many ask at once, and again when it was forgotten'] },
    { id: 'hook-signature', defence: 'a delivery without the right signature is refused', file: `${server}/routes/webhooks.ts`, find: 'if (!isKnown) {', replace: 'if (!isKnown && secrets.length === 0) {', by: [hooks, 'another secret'] },
    { id: 'hook-closed', defence: 'without a secret there is no door', file: `${server}/routes/webhooks.ts`, find: 'webhook.host === host && secrets.length > 0', replace: 'webhook.host === host', by: [hooks, 'there is no door for'] },
    { id: 'hook-size', defence: 'a delivery is read up to a bound', file: `${server}/routes/webhooks.ts`, find: 'readBytes(context.req.raw, MAX_DELIVERY_BYTES)', replace: 'readBytes(context.req.raw, MAX_DELIVERY_BYTES * 2)', by: [hooks, 'a body that is too large'] },
    { id: 'hook-duplicate', defence: 'a delivery that was seen is not acted upon again', file: `${server}/routes/webhooks.ts`, find: 'if (!await firstSeen(host, delivery.id, now()))', replace: 'if (!await firstSeen(host, delivery.id, now()) && delivery.id === \'\')', by: [hooks, 'the same delivery again changes nothing, also when twenty come at once'] },
    { id: 'hook-branch', defence: 'a push to another branch is not read', file: `${server}/webhook-delivery.ts`, find: 'if (branch !== filter.branch)', replace: 'if (branch === \'\')', by: [hooks, 'another branch'] },
    { id: 'hook-repository', defence: 'a push to another repository is not read', file: `${server}/webhook-delivery.ts`, find: 'repository.toLowerCase() !== filter.repository.toLowerCase()', replace: 'repository === \'\'', by: [hooks, 'another repository'] },
    { id: 'hook-owners', defence: 'a change of CODEOWNERS is read', file: `${server}/webhook-delivery.ts`, find: 'isCodeowners(path) || ', replace: '', by: [hooks, 'a change of the owners'] },
    { id: 'hook-secret-printed', defence: 'the printed configuration shows no secret of a webhook', file: `${server}/config.ts`, find: '  webhooks: { ...config.webhooks, github:', replace: '  unprinted: { ...config.webhooks, github:', by: ['packages/server/test/config.test.ts', 'reads webhooks, whose secrets are shown to nobody'] },
    { id: 'watch-swap', defence: 'a mounted ConfigMap whose content is swapped is told', file: `${server}/watch-folder.ts`, find: '      add(realpathSync(place), false, below)\n', replace: '', by: [folder, 'a mounted ConfigMap is told when its content is swapped'] },
    { id: 'watch-stop', defence: 'after the stop no change is told', file: `${server}/watch-folder.ts`, find: '    clearTimeout(settling)\n    clearTimeout(trying)\n    close()', replace: '    clearTimeout(trying)', by: [folder, 'many changes are told a few times, and none after the stop'] },
    { id: 'health-degraded', defence: 'a source that is out does not make a replica unready', file: `${server}/health.ts`, find: 'outcome === \'failed\' ? \'degraded\'', replace: 'outcome === \'failed\' ? \'failing\'', by: [health, 'a source that is out degrades the catalog, and the server stays ready'] },
    { id: 'health-ready', defence: 'what is degraded does not end a replica', file: `${server}/routes/health.ts`, find: 'component.status === \'failing\'', replace: 'component.status !== \'ok\'', by: [health, 'a source that is out degrades the catalog, and the server stays ready'] },
  ],
}
