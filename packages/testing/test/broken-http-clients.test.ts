import type { HttpClientFixture } from '@pao/testing'
import { httpClientContract } from '@pao/testing'
import { refusesMutants } from './mutants.js'
import type { Mutant } from './mutants.js'
import { plainHttpClient } from './plain-http-client.js'
import type { Defects } from './plain-http-client.js'

const fixtureOf = (defects: Defects, patienceMs = 5_000) => async (): Promise<HttpClientFixture> =>
  ({ clientFor: (allowed) => plainHttpClient(allowed, defects), patienceMs })

const mutants: readonly (readonly [breaks: string, refusedBy: string | readonly string[], defects: Defects])[] = [
  ['calls POST whatever was asked', ['method, path, query, headers and body arrive as they were asked', 'HEAD gives status and headers, and no body'], { methodLost: true }],
  ['drops headers', ['method, path, query, headers and body arrive as they were asked', 'status, headers and body come back: names in lower case, repeated ones joined'], { headersLost: true }],
  ['reads bodies as Latin-1', 'status, headers and body come back: names in lower case, repeated ones joined', { latin: true }],
  ['takes every body for text', 'a body that is no text is given byte by byte where that is asked for', { textsOnly: true }],
  ['quotes a body that is not JSON', 'json of a body that is none throws a SyntaxError that quotes nothing of it', { jsonQuotes: true }],
  ['throws for a status', 'a status is never an error', { statusThrows: true }],
  ['answers as the last time', 'each call gets its own answer, one after the other', { lastAnswer: true }],
  ['mixes answers up', 'each call gets its own answer, at the same time', { mixed: true }],
  ['repeats what failed', 'a call is sent once, also when it fails', { retries: true }],
  ['has no deadline', ['a call that gets no answer ends at its deadline: sent', 'after a call that was ended the next one is answered'], { noDeadline: true }],
  ['bounds only the time to the head', 'a body that drips for ever ends at the deadline: sent', { deadlineToHead: true }],
  ['ignores caps', ['a body is read up to its cap, to the byte', 'an endless body ends at the cap'], { noCap: true }],
  ['reads one byte more than the cap', 'a body is read up to its cap, to the byte', { capOff: 1 }],
  ['reads one byte less than the cap', 'a body is read up to its cap, to the byte', { capOff: -1 }],
  ['has no cap of its own', 'a body without a cap of its own is read up to 1 MiB', { noDefaultCap: true }],
  ['counts when everything is there', 'an endless body ends at the cap', { capAtTheEnd: true }],
  ['minds no signal', 'a call ends when its signal aborts, before the answer and within its body: sent', { noSignal: true }],
  ['minds no signal that is aborted already', 'a call whose signal is aborted already is not sent', { noSignalBefore: true }],
  ['works no more after a failure', 'after a call that was ended the next one is answered', { poisoned: true }],
  ['calls everything sent', ['a connection that nobody takes: not sent', 'a call whose signal is aborted already is not sent'], { alwaysSent: true }],
  ['calls everything unsent', ['a reset after the request was read: sent', 'a call that gets no answer ends at its deadline: sent', 'a connection that breaks within the answer is a failure, not half an answer: sent', 'an endless body ends at the cap'], { alwaysUnsent: true }],
  ['calls a request sent only when it is answered', ['a reset as soon as it arrives: not called unsent when a byte may have come', 'an answer that is no HTTP is a failure: sent', 'a reset after the request was read: sent'], { sentWhenAnswered: true }],
  ['gives half an answer', 'a connection that breaks within the answer is a failure, not half an answer: sent', { halfIsEnough: true }],
  ['throws errors of its own', ['a connection that nobody takes: not sent', 'an answer that is no HTTP is a failure: sent'], { foreignErrors: true }],
  ['sends any header', 'headers that would change the message are refused before any connection, and not quoted', { headersUnchecked: true }],
  ['quotes what it called', 'no failure quotes path, query, headers or body', { quotes: true }],
  ['has no egress policy', ['an address that the policy refuses gets no connection, by number and by name: not sent', 'an address that the policy allows is reached, also beside a refused one'], { noEgressCheck: true }],
  ['checks no names', 'an address that the policy refuses gets no connection, by number and by name: not sent', { noEgressCheckByName: true }],
  ['reaches nobody', 'an address that the policy allows is reached, also beside a refused one', { refusesAll: true }],
  ['calls any scheme', 'what is no http or https URL is refused: not sent', { anyScheme: true }],
  ['follows every redirect', 'redirects are answers unless they are asked for, and always for a write', { followsAlways: true }],
  ['follows without counting', 'redirects are followed as often as they are asked for', { followsWithoutEnd: true }],
  ['follows no redirect', 'redirects are followed as often as they are asked for', { neverFollows: true }],
  ['checks no redirect', 'a redirect to an address that the policy refuses gets no connection', { noEgressCheckOnRedirect: true }],
  ['takes credentials to another origin', 'a redirect to another origin takes no credential along', { keepsCredentials: true }],
]

refusesMutants(httpClientContract, fixtureOf({}), mutants.map(([breaks, refusedBy, defects]): Mutant<HttpClientFixture> =>
  ({ breaks, refusedBy, create: fixtureOf(defects, 1_000) })))
