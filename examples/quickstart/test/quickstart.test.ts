import { readFile } from 'node:fs/promises'
import { expect, test, vi } from 'vitest'

const program = new URL('../quickstart.js', import.meta.url)

test('the quickstart is under 30 lines, carries a request out in memory, and ends', async () => {
  expect((await readFile(program, 'utf8')).trim().split('\n').length).toBeLessThan(30)
  const said: unknown[][] = []
  const log = vi.spyOn(console, 'log').mockImplementation((...words) => { said.push(words) })
  try {
    await import(program.href)
  } finally {
    log.mockRestore()
  }
  expect(said).toEqual([['completed', 'Hello, Ada!']])
})
