import { readFile } from 'node:fs/promises'
import type { Authenticator } from '@pao/server'
import { expect, test } from 'vitest'

const guide = await readFile(new URL('../../../docs/how-to/embed.md', import.meta.url), 'utf8')
const blocks = [...guide.matchAll(/```js\n\/\/ examples\/embedded\/(\S+)\n([\s\S]*?)\n```/g)].map(([, name = '', code = '']) => ({ name, code }))

test('the guide shows the files that mount PAO and order in a transaction', () => {
  expect(blocks.map(({ name }) => name)).toEqual(['platform.js', 'express.js', 'fastify.js', 'hono.js', 'token-authenticator.js', 'sell.js'])
})

test('the authenticator of the guide knows its users, and nobody else', async () => {
  const { tokenAuthenticator } = await import(new URL('../token-authenticator.js', import.meta.url).href) as { tokenAuthenticator(): Authenticator }
  const identify = (headers: Record<string, string>) => tokenAuthenticator().identify(new Request('http://shop.example/pao/version', { headers }))
  expect(identify({ authorization: 'Bearer token-of-ada' })).toMatchObject({ id: 'ada' })
  expect([identify({}), identify({ authorization: 'Bearer x' })]).toMatchObject([{ code: 'UNAUTHORIZED' }, { code: 'UNAUTHORIZED' }])
})

test.each(blocks)('the guide shows $name as it is run', async ({ name, code }) => {
  expect(code).toBe((await readFile(new URL(`../${name}`, import.meta.url), 'utf8')).trimEnd())
})
