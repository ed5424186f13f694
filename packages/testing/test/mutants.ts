import type { Contract, CreateFixture } from '@pao/testing'
import { describe, expect, test } from 'vitest'

/** An adapter that breaks a law on purpose. */
export interface Mutant<Fixture> {
  /** What it does wrong. */
  readonly breaks: string
  /** The cases that refuse it: each of them must. */
  readonly refusedBy: string | readonly string[]
  readonly create: CreateFixture<Fixture>
}

const refusing = <Fixture>({ refusedBy }: Mutant<Fixture>): readonly string[] => typeof refusedBy === 'string' ? [refusedBy] : refusedBy

/** The kit refuses each mutant, and each of its cases refuses one: a case that lets everything through proves nothing. */
export const refusesMutants = <Fixture>(contract: Contract<Fixture>, sound: CreateFixture<Fixture>, mutants: readonly Mutant<Fixture>[]): void => {
  describe(`the contract ${contract.port}`, () => {
    test('has a mutant for each of its cases', () => {
      const refused = new Set(mutants.flatMap(refusing))
      expect(contract.cases.map(({ name }) => name).filter((name) => !refused.has(name)), 'cases without a mutant').toEqual([])
      expect([...refused].filter((name) => !contract.cases.some((one) => one.name === name)), 'cases that are none').toEqual([])
    })

    test.each(contract.cases)('lets a sound adapter through: $name', ({ run }) => run(sound))

    test.each(mutants.flatMap((mutant) => refusing(mutant).map((name) => ({ ...mutant, name }))))('refuses an adapter that $breaks: $name', async ({ name, create }) => {
      const one = contract.cases.find((each) => each.name === name)
      await expect(one?.run(create)).rejects.toMatchObject({ code: 'ERR_ASSERTION' })
    })
  })
}
