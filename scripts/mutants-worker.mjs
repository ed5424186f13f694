// Runs tests of the copy that it was started in, as often as it is told, in one warm vitest.
// Message in: { changed: [file], tests: [{ file, names }], bail }. Message out: { failed, passed, broken }, or { crash }.
import { join } from 'node:path'

import { createVitest } from 'vitest/node'

const copy = process.cwd()

const vitest = await createVitest('test', { root: copy, config: join(copy, 'vitest.config.ts'), watch: false, passWithNoTests: true, reporters: [{}] })
await vitest.standalone()

const escaped = (text) => text.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&')

const specificationOf = ({ file, names }) =>
  vitest.getRootProject().createSpecification(join(copy, file), { testNamePattern: new RegExp(names.map(escaped).join('|')) })

const messageOf = (error) => String(error?.message ?? error).split('\n')[0].slice(0, 200)

const resultOf = ({ testModules, unhandledErrors }) => {
  const tests = testModules.flatMap((module) => [...module.children.allTests()])
  const suites = testModules.flatMap((module) => [module, ...module.children.allSuites()])
  return {
    failed: tests.filter((test) => test.result().state === 'failed').map((test) => ({ name: test.fullName, message: messageOf(test.result().errors?.[0]) })),
    passed: tests.filter((test) => test.result().state === 'passed').length,
    broken: [...suites.flatMap((suite) => suite.errors()), ...unhandledErrors].map(messageOf),
  }
}

const runTests = async ({ changed, tests, bail }) => {
  for (const file of changed) vitest.invalidateFile(join(copy, file))
  vitest.config.bail = bail
  vitest.state.filesMap.clear()
  return resultOf(await vitest.runTestSpecifications(tests.map(specificationOf)))
}

process.on('message', (message) => {
  runTests(message).then((result) => process.send(result), (error) => process.send({ crash: messageOf(error) }))
})
process.on('disconnect', () => {
  void vitest.close().finally(() => process.exit(0))
})
process.send({ ready: true })
