import { createHash } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { canonicalJson, hashOfJson } from '../../src/canonical-json.js'
import { eventsHash, historyHash, type HistoryLink } from '../../src/request/history.js'
import { accepted, planned, planOf } from './requests.js'

const sha256 = (text: string) => createHash('sha256').update(text, 'utf8').digest('hex')

describe('canonical JSON', () => {
  test('the example of RFC 8785', () => {
    const value = {
      numbers: [333333333.33333329, 1e30, 4.5, 2e-3, 0.000000000000000000000000001],
      string: '\u20ac$\u000f\u000aA\'\u0042\u0022\u005c\\"\/',
      literals: [null, true, false],
    }
    expect(canonicalJson(value)).toBe('{"literals":[null,true,false],"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27],"string":"€$\\u000f\\nA\'B\\"\\\\\\\\\\"/"}')
  })

  test('members are sorted by UTF-16 code units', () => {
    const value = { '\u20ac': 1, '\r': 2, '\ufb33': 3, '1': 4, '\ud83d\ude00': 5, '\u0080': 6, '\u00f6': 7 }
    expect(canonicalJson(value)).toBe('{"\\r":2,"1":4,"\u0080":6,"\u00f6":7,"\u20ac":1,"\ud83d\ude00":5,"\ufb33":3}')
  })

  test('the order of writing and absent members make no difference', () => {
    expect(canonicalJson({ b: [{ d: 1, c: undefined }], a: -0 })).toBe('{"a":0,"b":[{"d":1}]}')
    expect(canonicalJson([undefined, null])).toBe('[null,null]')
  })

  test('the hash is that of the UTF-8 text', () => {
    expect(hashOfJson({ name: 'Łódź' })).toBe(sha256('{"name":"Łódź"}'))
    expect(hashOfJson({})).toBe('44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a')
  })
})

describe('the chain of a request', () => {
  const link: HistoryLink = {
    requestId: '0192-request', firstVersion: 1, version: 2, commitId: 'c-1', at: 1_000, actor: 'ada',
    types: ['request-accepted', 'step-started'], eventsHash: 'e'.repeat(64),
  }

  test('a link is the hash of its members, in a fixed order', () => {
    expect(historyHash(link)).toBe(sha256(`[null,"0192-request",1,2,"c-1",1000,"ada",["request-accepted","step-started"],"${'e'.repeat(64)}"]`))
    expect(historyHash(link)).toBe('1a110c9c61c5d468ef3a3676f1fd55c40c9b60d7c7ddf933aa71cf1477c79ef1')
  })

  test('every member and the link before change it', () => {
    const others: readonly Partial<HistoryLink>[] = [
      { previous: 'p'.repeat(64) }, { requestId: 'other' }, { firstVersion: 2 }, { version: 3 }, { commitId: 'c-2' }, { at: 1_001 },
      { actor: 'grace' }, { types: ['request-accepted'] }, { eventsHash: 'f'.repeat(64) },
    ]
    const { actor: _nobody, ...engine } = link
    const hashes = [historyHash(link), historyHash(engine), ...others.map((other) => historyHash({ ...link, ...other }))]
    expect(new Set(hashes).size).toBe(hashes.length)
  })

  test('events read back from the store hash the same', () => {
    const events = [accepted(planOf([planned('a')]))]
    expect(eventsHash(JSON.parse(JSON.stringify(events)) as typeof events)).toBe(eventsHash(events))
    expect(eventsHash([])).toBe(sha256('[]'))
  })
})
