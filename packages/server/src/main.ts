#!/usr/bin/env node
import { isPaoError } from '@pao/core'
import { startApplication } from './application.js'
import type { Application } from './application.js'
import { printableConfig, readConfig } from './config.js'
import { createLogger } from './logger.js'
import { StartProblems } from './start-problems.js'
import { tryIt } from './try-it.js'
import { version } from './version.js'

const say = (line: string): void => { process.stdout.write(`${line}\n`) }

/** One line for each thing that is wrong, and what to do about it. */
const complain = (lines: readonly string[]): void => {
  for (const line of lines) process.stderr.write(`PAO cannot start: ${line}\n`)
}

const help = `pao-server ${version}: serves the catalog and carries requests out.

Options: --print-config shows the configuration without its secrets, --version, --help.
Plugins are listed in pao.config.yaml of the working directory, or in the file that PAO_CONFIG names.
Everything else is set by environment variables: PORT, HOST, DATABASE_URL, PAO_DATA_DIR, PAO_CATALOG,
PAO_ENCRYPTION_KEY, PAO_EGRESS_ALLOW, PAO_TEMPLATE_ENV, PAO_WORKERS, JIRA_BASE_URL and others
(docs/reference/configuration.md).`

const reasonOf = (error: unknown): string => {
  if (isPaoError(error)) return error.message.replaceAll(/\s*\n\s*/g, ' ')
  return `something unexpected happened (${error instanceof Error ? error.message.replaceAll(/\s*\n\s*/g, ' ') : String(error)}). Set PAO_LOG_LEVEL=debug to see more.`
}

const announce = ({ url, parts }: Application): void => {
  say(`PAO is ready on ${url}`)
  say('Try it:')
  for (const line of tryIt(url, parts.catalog)) say(`  ${line}`)
}

/** Ends cleanly on the first signal, at once on the second. A signal during the start ends what has been started. */
const untilSignal = (): Promise<NodeJS.Signals> => new Promise((resolve) => {
  let seen = false
  const onSignal = (signal: NodeJS.Signals): void => {
    if (seen) process.exit(1)
    seen = true
    resolve(signal)
  }
  process.on('SIGTERM', onSignal)
  process.on('SIGINT', onSignal)
})

const serve = async (): Promise<number> => {
  const answer = readConfig(process.env, process.cwd())
  if ('problems' in answer) {
    complain(answer.problems)
    return 1
  }
  const { config } = answer
  if (process.argv.includes('--print-config')) {
    say(JSON.stringify(printableConfig(config), undefined, 2))
    return 0
  }
  const logger = createLogger(config, process.stderr.isTTY)
  // A fault that nobody caught may have left anything behind: the process ends, and its requests are taken up again from the database.
  process.on('uncaughtException', (error) => {
    logger.error({ err: error }, 'the process ends: an error was not caught')
    process.exit(1)
  })
  const signal = untilSignal()
  const starting = startApplication({ config, environment: process.env, logger, say })
  try {
    const application = await starting
    announce(application)
    logger.info({ signal: await signal }, 'stopping')
    await application.stop()
    say('PAO has stopped.')
    return 0
  } catch (error) {
    logger.debug({ err: error }, 'the start failed')
    complain(error instanceof StartProblems ? error.problems : [reasonOf(error)])
    return 1
  }
}

const run = (): Promise<number> => {
  if (process.argv.includes('--help')) say(help)
  else if (process.argv.includes('--version')) say(version)
  else return serve()
  return Promise.resolve(0)
}

process.exit(await run())
