const core = 'packages/core/src/plugin'
const server = 'packages/server/src'
const plugins = 'packages/core/test/plugin/plugins.test.ts'
const loading = 'packages/server/test/load-plugins.test.ts'
const configFile = 'packages/server/test/config-file.test.ts'
const folder = 'packages/server/test/folder-catalog-source.test.ts'
const served = 'packages/server/test/served-catalog.test.ts'
const installed = 'packages/server/test/plugins/example-plugins.test.ts'

/** What somebody else's code may bring, and where documents come from. */
export default {
  area: 'plugins',
  title: 'Plugins and catalog sources',
  mutants: [
    { id: 'plugin-range', defence: 'a plugin for another version of the core is refused', file: `${core}/check-plugins.ts`, find: 'if (satisfies(CORE_VERSION, range, { includePrerelease: true })) return undefined', replace: 'if (satisfies(CORE_VERSION, range) || range !== \'\') return undefined', by: [plugins, 'for another version'] },
    { id: 'plugin-empty-range', defence: 'a range that admits any version by being empty is none', file: `${core}/check-plugins.ts`, find: ' || range.trim() === \'\'', replace: '', by: [plugins, 'whose range is empty, which would mean any'] },
    { id: 'plugin-version-first', defence: 'a plugin for another version is told that, whatever shape it has', file: `${core}/check-plugins.ts`, find: 'if (outdated !== undefined) return [outdated]', replace: 'if (outdated !== undefined) return [outdated, ...declarationFindings(plugin)]', by: [plugins, 'for another version'] },
    { id: 'plugin-options', defence: 'options that the plugin\'s schema refuses keep it out', file: `${core}/check-plugins.ts`, find: 'return answer.issues === undefined ? { options: answer.value }', replace: 'return answer.issues === undefined || answer.issues.length > 0 ? { options: given }', by: [plugins, 'whose options fail'] },
    { id: 'plugin-no-options', defence: 'options that nobody reads are refused', file: `${core}/check-plugins.ts`, find: 'return given === undefined ? { options: undefined } : refusal', replace: 'return given !== null ? { options: undefined } : refusal', by: [plugins, 'that takes no options and is given some'] },
    { id: 'plugin-member', defence: 'a misspelt member of a plugin is told', file: `${core}/check-plugins.ts`, find: '    ...unknownMembers(plugin),\n', replace: '', by: [plugins, 'with a typing error'] },
    { id: 'plugin-twice', defence: 'a plugin that is given twice is told', file: `${core}/check-plugins.ts`, find: 'if (first === undefined) byName.set', replace: 'if (first !== null) byName.set', by: [plugins, 'that is given twice'] },
    { id: 'plugin-secret', defence: 'a plugin gets the secrets that it declared, and no others', file: `${core}/set-up-plugins.ts`, find: 'if (!secrets.includes(wanted)) throw', replace: 'if (wanted === \'\') throw', by: [plugins, 'gets the secrets that it declared, and no others'] },
    { id: 'plugin-secret-missing', defence: 'a secret that is not there is told, and not given as empty', file: `${core}/set-up-plugins.ts`, find: 'if (value === undefined) throw new PaoError(\'SECRET_UNAVAILABLE\'', replace: 'if (value === null as never) throw new PaoError(\'SECRET_UNAVAILABLE\'', by: [plugins, 'gets the secrets that it declared, and no others'] },
    { id: 'plugin-log', defence: 'a line of a plugin\'s log names the plugin', file: `${core}/set-up-plugins.ts`, find: 'logger.warn({ ...fields, plugin }, message)', replace: 'logger.warn({ plugin, ...fields }, message)', by: [plugins, 'names the plugin in the log'] },
    { id: 'plugin-throws', defence: 'what a plugin throws ends no other plugin', file: `${core}/set-up-plugins.ts`, find: '    return found(\'plugin-setup\', `its ${member} failed: ${reasonOf(error)}`)', replace: '    throw error', by: [plugins, 'that throws or is of another shape'] },
    { id: 'plugin-two-sources', defence: 'of two catalog sources none is taken in silence', file: `${core}/set-up-plugins.ts`, find: 'else if (source !== undefined) found', replace: 'else if (source === null as never) found', by: [plugins, 'one catalog source is taken, a second one is told'] },
    { id: 'plugin-own-names', defence: 'a plugin takes no name of the program\'s own actions', file: `${core}/set-up-plugins.ts`, find: 'actions: [...own], owners', replace: 'actions: [], owners', by: [plugins, 'an action takes no name of the program or of another plugin'] },
    { id: 'action-shape', defence: 'an action of plain JavaScript has the shape that types ask for', file: 'packages/core/src/catalog/action-registry.ts', find: 'if (shape !== undefined) return', replace: 'if (shape === \'\') return', by: [plugins, 'an action is refused'] },
    { id: 'plugin-start', defence: 'a server does not start without a plugin that it was asked for', file: `${server}/load-plugins.ts`, find: 'if (problems.length > 0) throw new StartProblems(problems)', replace: 'if (problems.length > 99) throw new StartProblems(problems)', by: [loading, 'of all plugins at once, in their order'] },
    { id: 'plugin-start-actions', defence: 'a server does not start without an action that it was asked for', file: `${server}/composition-root.ts`, find: 'if (problems.length > 0) throw new StartProblems(problems)', replace: 'if (problems.length > 99) throw new StartProblems(problems)', by: [installed, 'what a plugin provides is checked before anything is served'] },
    { id: 'plugin-place', defence: 'plugins are found from the folder of the file, wherever the server is', file: `${server}/load-plugins.ts`, find: 'const directory = dirname(configFile)', replace: 'const directory = process.cwd() + dirname(\'/\')', by: [loading, 'by the name of a package beside the file, however that exports it'] },
    { id: 'plugin-inline-secret', defence: 'no secret stands in the configuration file', file: `${server}/config-file.ts`, find: '(holdsSecret.test(name) || hasPassword(text))', replace: 'hasPassword(text)', by: [configFile, 'a secret, which it does not quote'] },
    { id: 'plugin-url-secret', defence: 'no password stands in a URL of the configuration file', file: `${server}/config-file.ts`, find: '(holdsSecret.test(name) || hasPassword(text))', replace: 'holdsSecret.test(name)', by: [configFile, 'a secret, which it does not quote'] },
    { id: 'plugin-config-printed', defence: 'the printed configuration shows no option of a plugin', file: `${server}/config.ts`, find: 'options: Object.keys(options)', replace: 'options', by: [configFile, 'is shown with the names of options, and not with what they hold'] },
    { id: 'plugin-config-keys', defence: 'a misspelt key of the configuration file is told', file: `${server}/config-file.ts`, find: 'if (known.includes(name)) continue', replace: 'if (name !== \'\') continue', by: [configFile, 'an unknown key'] },
    { id: 'plugin-config-yaml', defence: 'the configuration file holds no aliases, tags and dangerous names', file: `${server}/config-file.ts`, find: '  refuseUnread(reading, document.contents)\n', replace: '', by: [configFile, 'an alias'] },
    { id: 'source-laws', defence: 'a snapshot that breaks the port\'s laws changes nothing that is served', file: `${server}/read-catalog-source.ts`, find: 'if (problem !== undefined) throw new PaoError', replace: 'if (problem === \'\') throw new PaoError', by: [served, 'changes nothing'] },
    { id: 'source-silent', defence: 'a source that never answers keeps no later refresh waiting', file: `${server}/read-catalog-source.ts`, find: 'await Promise.race([reading, late])', replace: 'await Promise.race([reading])', by: [served, 'a source that never answers'] },
    { id: 'folder-still', defence: 'a folder that changes while it is read is read again', file: `${server}/folder-catalog-source.ts`, find: 'if (isSame(before, await look(directory, signal)))', replace: 'if (isSame(before, before))', by: [folder, 'a folder that changes while it is read is read again'] },
    { id: 'folder-count', defence: 'a catalog that is too large is refused and not cut off', file: `${server}/folder-catalog-source.ts`, find: 'if (found.length > catalogLimits.files) throw', replace: 'if (found.length > catalogLimits.files) return\n    if (found.length < 0) throw', by: [folder, 'more documents than the limit throw, and none is cut off'] },
    { id: 'folder-outage', defence: 'a folder that cannot be read is no empty catalog', file: `${server}/folder-catalog-source.ts`, find: 'if (isPaoError(error) || signal.aborted) throw error', replace: 'if (!isPaoError(error) && !signal.aborted) return { revision: \'none\', files: [] }\n      if (isPaoError(error) || signal.aborted) throw error', by: [folder, 'an outage throws CATALOG_UNAVAILABLE and is no empty catalog'] },
  ],
  without: [
    { defence: 'an import that waits for ever is given up after 30 seconds', why: 'a test of it would take as long' },
    { defence: 'a plugin reads no environment', why: 'it runs in the process of the server, whose environment it can reach; what it is given holds none' },
  ],
}
