import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, relative } from 'node:path'

import { CompilerState, Extractor, ExtractorConfig } from '@microsoft/api-extractor'

import { entryPoints } from './entry-points.mjs'
import { root } from './root.mjs'

/** Where the reports are kept: one for each entry point of each package. */
const folder = join(root, 'api')

const suffix = '.api.md'

/** `@pao/core/ports` is reported in `core.ports.api.md`. */
const reportNameOf = (name) => `${name.replace('@pao/', '').replaceAll('/', '.')}${suffix}`

const silent = { default: { logLevel: 'none' } }

const configOf = ({ directory, name, types }, temporary) => ExtractorConfig.prepare({
  packageJsonFullPath: join(directory, 'package.json'),
  configObjectFullPath: undefined,
  configObject: {
    projectFolder: root,
    mainEntryPointFilePath: types,
    newlineKind: 'lf',
    compiler: {
      overrideTsconfig: {
        compilerOptions: { module: 'NodeNext', moduleResolution: 'NodeNext', target: 'ES2022', lib: ['ES2023'], types: ['node'], strict: true, exactOptionalPropertyTypes: true, skipLibCheck: true },
        include: [types],
      },
    },
    // What is not exported under a name of its own and yet is part of something that is, is shown too.
    apiReport: { enabled: true, reportFileName: reportNameOf(name), reportFolder: folder, reportTempFolder: temporary, includeForgottenExports: true },
    docModel: { enabled: false },
    dtsRollup: { enabled: false },
    tsdocMetadata: { enabled: false },
    messages: { compilerMessageReporting: { default: { logLevel: 'error' } }, extractorMessageReporting: silent, tsdocMessageReporting: silent },
  },
})

/** Reports of packages or entry points that are no more. */
const obsolete = (names) => readdirSync(folder).filter((file) => file.endsWith(suffix) && !names.includes(file))

/** The extractor's own advice is for its own command line. */
const isAdvice = ({ messageId }) => ['console-preamble', 'console-compiler-version-notice', 'console-api-report-not-copied', 'console-api-report-created', 'console-api-report-copied'].includes(messageId)

const report = (config, compilerState, write) => {
  const lines = []
  const { succeeded } = Extractor.invoke(config, {
    compilerState,
    localBuild: write,
    printApiReportDiff: !write,
    messageCallback: (message) => {
      message.handled = true
      if ((message.logLevel === 'error' || message.logLevel === 'warning') && !isAdvice(message)) lines.push(message.text.replace(config.reportTempFolder, 'now'))
    },
  })
  return succeeded && (write || lines.length === 0) ? [] : [`${relative(root, config.reportFilePath)} is not what the package exports now:`, ...lines]
}

/**
 * Compares the public API of the packages in these directories, as their built declarations tell it, with the reports that are kept; with `write`
 * the reports are written anew. Answers what differs, a line each; nothing when all is the same.
 */
export const apiReports = (directories, { write }) => {
  const entries = directories.flatMap((directory) => entryPoints(directory).map((entry) => ({ ...entry, directory })))
  const missing = entries.filter(({ types }) => !existsSync(types)).map(({ types }) => `${relative(root, types)} was not built`)
  if (missing.length > 0) return missing
  mkdirSync(folder, { recursive: true })
  const temporary = mkdtempSync(join(tmpdir(), 'pao-api-'))
  try {
    const configs = entries.map((entry) => configOf(entry, temporary))
    const compilerState = CompilerState.create(configs[0], { additionalEntryPoints: entries.map(({ types }) => types) })
    const differences = configs.flatMap((config) => report(config, compilerState, write))
    const left = obsolete(entries.map(({ name }) => reportNameOf(name)))
    if (write) for (const file of left) rmSync(join(folder, file))
    return write ? differences : [...differences, ...left.map((file) => `api/${file} is of something that is not exported any more`)]
  } finally {
    rmSync(temporary, { recursive: true, force: true })
  }
}
