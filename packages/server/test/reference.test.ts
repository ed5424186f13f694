import { readFile } from 'node:fs/promises'
import { expect, test } from 'vitest'
import { environmentSchema } from '../src/config-schema.js'
import { pluginIssueCodes } from '@pao/core/plugin'
import { problem, problemBody, problemCodes } from '../src/problem.js'

const reference = (name: string): Promise<string> => readFile(new URL(`../../../docs/reference/${name}`, import.meta.url), 'utf8')

test('every variable is described', async () => {
  const text = await reference('configuration.md')
  for (const name of Object.keys(environmentSchema.fields)) expect(text).toContain(`\`${name}\``)
})

test('every code of a plugin and of an action is described', async () => {
  const text = await reference('plugins.md')
  const source = await readFile(new URL('../../core/src/catalog/action-registry.ts', import.meta.url), 'utf8')
  const actionCodes = new Set([...source.matchAll(/'(action-[a-z-]+)'/g)].map(([, code]) => code))
  expect(actionCodes.size).toBeGreaterThan(5)
  for (const code of [...pluginIssueCodes, ...actionCodes]) expect(text).toContain(`| \`${code}\` |`)
})

test('every code of an answer is described, with its status', async () => {
  const text = await reference('errors.md')
  for (const code of problemCodes) {
    const { status } = problemBody(problem(code, 'x'), { path: '/', correlationId: 'c', at: 0 })
    expect(text).toContain(`| \`${code}\` | ${status} |`)
  }
})

test('every code of the program has a heading', async () => {
  const source = await readFile(new URL('../../core/src/errors.ts', import.meta.url), 'utf8')
  const codes = [...source.matchAll(/^ {2}\| '([A-Z_]+)'/gm)].map(([, code]) => code)
  expect(codes.length).toBeGreaterThan(10)
  const text = await reference('errors.md')
  for (const code of codes) expect(text).toContain(`\n### ${code}\n`)
})
