import assert from 'node:assert/strict'
import { isPaoError } from '@pao/core/action'
import type { SecretSource } from '@pao/core/ports'
import type { Contract, ContractCase } from './contract.js'

export interface SecretSourceFixture {
  /** A source that holds exactly these. */
  holding(values: Readonly<Record<string, string>>): Promise<SecretSource>
  /**
   * A source that holds these and cannot be reached. `reason`: a text that the outage may bring, as answers of a vault do.
   * Absent: this source cannot be away; then skip the cases that need it.
   */
  away?(values: Readonly<Record<string, string>>, reason: string): Promise<SecretSource>
}

type SecretCase = ContractCase<SecretSourceFixture>

const values = {
  'database-password': 'correct horse', 'api-token': ' kept  as it is\t', certificate: '-----BEGIN\nline two\n', signs: '“é”$&\\"{{x}}',
}

const entries = Object.entries(values)

const given: SecretCase = {
  name: 'get gives the value of its name, unchanged, each time',
  law: '1',
  run: async (create) => {
    const secrets = await (await create()).holding(values)
    for (const _ of [1, 2]) {
      for (const [name, value] of entries) assert.equal(await secrets.get(name), value)
    }
  },
}

const atOnce: SecretCase = {
  name: 'get of several names at once gives each its own value',
  law: '1',
  run: async (create) => {
    const secrets = await (await create()).holding(values)
    const asked = [...entries, ...entries.toReversed(), ['missing', undefined] as const]
    assert.deepEqual(await Promise.all(asked.map(([name]) => secrets.get(name))), asked.map(([, value]) => value))
  },
}

const unknown: SecretCase = {
  name: 'a name that is not there is undefined, whatever it looks like',
  law: '2',
  run: async (create) => {
    const secrets = await (await create()).holding(values)
    for (const name of ['missing', '', 'database', 'database-password-2', 'toString', 'constructor', '__proto__', 'hasOwnProperty', '../api-token', '*']) {
      assert.equal(await secrets.get(name), undefined, `a secret of the name ${JSON.stringify(name)}`)
    }
  },
}

const needed = (away: SecretSourceFixture['away']): NonNullable<SecretSourceFixture['away']> => {
  assert.ok(away, 'the fixture cannot be away: skip this case and say why')
  return away
}

const outage: SecretCase = {
  name: 'an outage throws SECRET_UNAVAILABLE, for names that are there and others',
  law: '3',
  run: async (create) => {
    const fixture = await create()
    const secrets = await needed(fixture.away?.bind(fixture))(values, 'connection refused')
    for (const name of ['api-token', 'missing']) {
      await assert.rejects(secrets.get(name), (error) => isPaoError(error, 'SECRET_UNAVAILABLE'), 'an outage must throw PaoError SECRET_UNAVAILABLE')
    }
  },
}

const quiet: SecretCase = {
  name: 'an outage quotes no value',
  law: '4',
  run: async (create) => {
    const fixture = await create()
    const secrets = await needed(fixture.away?.bind(fixture))(values, `the answer broke after "${values['database-password']}`)
    const error: unknown = await secrets.get('database-password').then(() => undefined, (thrown: unknown) => thrown)
    assert.ok(error instanceof Error, 'an outage throws an Error')
    const texts = [error.message, error.stack ?? '', JSON.stringify(error), error.cause instanceof Error ? `${error.cause.message}${error.cause.stack}` : JSON.stringify(error.cause) ?? '']
    assert.ok(!texts.some((text) => text.includes(values['database-password'])), 'the error quotes the value')
  },
}

/** The laws of port SecretSource. */
export const secretSourceContract: Contract<SecretSourceFixture> = { port: 'SecretSource', cases: [given, atOnce, unknown, outage, quiet] }
