import { expect, test } from 'vitest'

import { outgoing, redirected } from '../src/outgoing.js'

const from = (url: string) => outgoing({ method: 'GET', url })

// Needs no server: one that speaks TLS would ask for a certificate that the client trusts.
test('a redirect from https to http is refused; the other ways are followed', () => {
  expect(() => redirected(from('https://vendor.example/a'), 302, 'http://vendor.example/b')).toThrow('redirects from https to http')
  expect(() => redirected(from('https://vendor.example/a'), 302, 'http://elsewhere.example/')).toThrow('redirects from https to http')
  expect(redirected(from('https://vendor.example/a'), 302, '/b')?.url.href).toBe('https://vendor.example/b')
  expect(redirected(from('http://vendor.example/a'), 302, 'https://vendor.example/b')?.url.href).toBe('https://vendor.example/b')
  expect(redirected(from('http://vendor.example/a'), 302, 'http://elsewhere.example/')?.url.href).toBe('http://elsewhere.example/')
})
