const core = 'packages/core/src'
const server = 'packages/server/src'
const test = 'packages/server/test'
const catalog = 'packages/core/test/catalog'

/** What tools for platform teams must not tell, and what an item's life decides. */
export default {
  area: 'platform-tools',
  title: 'Tools for platform teams, the life of an item',
  mutants: [
    { id: 'check-hidden-items', defence: 'a document is joined with what its caller may see only', file: `${server}/document-body.ts`, find: '.filter(([, loaded]) => isVisibleTo(loaded, viewer))', replace: '.filter(() => viewer.id !== \'\')', by: [`${test}/validate.test.ts`, 'a bundle is joined with the served items, but not with those that the caller may not see'] },
    { id: 'yaml-elsewhere', defence: 'YAML is taken where a document is the body, and nowhere else', file: `${server}/app.ts`, find: 'yaml: yamlPaths.has(new URL(request.url).pathname)', replace: 'yaml: yamlPaths.size > 0', by: [`${test}/validate.test.ts`, 'no other call takes YAML, and no web form may send a document'] },
    { id: 'test-hidden-item', defence: 'templates of an item are tried by those who see it only', file: `${server}/routes/subject-item.ts`, find: 'loaded !== undefined && isVisibleTo(loaded, viewerOf(person)) ?', replace: 'loaded !== undefined && viewerOf(person).id !== \'\' ?', by: [`${test}/test-variables.test.ts`, 'an item that the caller may not see is none'] },
    { id: 'test-passwords', defence: 'password fields are a mask before anything is rendered', file: `${core}/execution/test-variables.ts`, find: 'const fields = masked(validated.ok ? validated.value : given, loaded.sealedFields)', replace: 'const fields = masked(validated.ok ? validated.value : given, [])', by: ['packages/core/test/execution/test-variables.test.ts', 'passwords and secrets are never told'] },
    { id: 'test-prototype', defence: 'a member of the prototype is no value of a sample', file: `${core}/execution/tested-template.ts`, find: 'if (isForbiddenName(name) || typeof at !== \'object\' || at === null || !Object.hasOwn(at, name)) return false', replace: 'if (typeof at !== \'object\' || at === null) return false', by: ['packages/core/test/execution/test-variables.test.ts', 'a member of the prototype is missing, not there'] },
    { id: 'draft-hidden', defence: 'a draft and an archived item are there for their owner alone', file: `${core}/catalog/orderability.ts`, find: 'if (stage === \'draft\' || stage === \'archived\') return', replace: 'if (stage === undefined && owner.team === \'\') return', by: [`${catalog}/versions.test.ts`, 'is there for its owner and administrators alone'] },
    { id: 'draft-blocked', defence: 'nobody orders a draft', file: `${core}/catalog/read-metadata.ts`, find: 'if (name === \'draft\' || name === \'archived\')', replace: 'if (name === \'\')', by: [`${catalog}/load-document.test.ts`, 'keeps the item from being ordered'] },
    { id: 'breaking-strict', defence: 'in profile strict a form that breaks is not served', file: `${core}/catalog/check-versions.ts`, find: 'if (profile === \'strict\') items.set(id, base)', replace: 'if (base === undefined) items.set(id, base)', by: [`${catalog}/versions.test.ts`, 'in profile strict what was served stays'] },
    { id: 'breaking-baseline', defence: 'a form that breaks is told until the version says so', file: `${core}/catalog/check-versions.ts`, find: 'const base = before.get(id) ?? lastGood.get(id)', replace: 'const base = lastGood.get(id)', by: [`${catalog}/versions.test.ts`, 'tells it until the version says so'] },
    { id: 'breaking-restart', defence: 'a form that broke while the server was down is told at the start', file: `${server}/served-catalog.ts`, find: ' || (catalog.get(itemId)?.hash ?? hash) !== hash)', replace: ')', by: [`${test}/served-catalog.test.ts`, 'a form that broke while the server was down'] },
    { id: 'replacement-hidden', defence: 'a replacement that the caller may not see is not named', file: `${server}/going.ts`, find: 'replacement === undefined || !isVisibleTo(replacement, viewer)', replace: 'replacement === undefined || viewer.id === \'\'', by: [`${test}/going.test.ts`, 'a replacement that the caller may not see is not named'] },
    { id: 'link-header', defence: 'an address that would break the Link header stays out of it', file: `${server}/going.ts`, find: '/^https?:\\/\\/[\\x21\\x23-\\x3b\\x3d\\x3f-\\x7e]+$/.test(migrationPath)', replace: 'migrationPath.startsWith(\'http\')', by: [`${test}/going.test.ts`, 'an address that would break the header stays out of it'] },
    { id: 'errors-of-others', defence: 'what was found in files of others is told to those who look after the catalog only', file: `${server}/routes/catalog-facts.ts`, find: ' || files?.has(issue.file) === false) continue', replace: ') continue', by: [`${test}/catalog-facts.test.ts`, 'files in error, for those who look after the catalog'] },
  ],
}
