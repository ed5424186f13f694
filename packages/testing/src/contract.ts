/** One law of a port, as something that can be run. */
export interface ContractCase<Fixture> {
  /** Unique within the contract; what a skip names. */
  readonly name: string
  /** The law of the port that the case holds the adapter to, by its number or in words. */
  readonly law: string
  /** Throws (an AssertionError, mostly) when the adapter breaks the law. */
  run(create: CreateFixture<Fixture>): Promise<void>
}

/** What every adapter of a port must do. A value: it brings no test runner. */
export interface Contract<Fixture> {
  readonly port: string
  readonly cases: readonly ContractCase<Fixture>[]
}

/** Makes the adapter under test with nothing in it, or with nothing that the case could see. Called once by each case. */
export type CreateFixture<Fixture> = () => Promise<Fixture>

/** The part of a test runner that a contract needs; `test` of vitest and of node:test both are one. */
export interface TestRunner {
  (name: string, run: () => Promise<void>): unknown
  readonly skip: (name: string, run: () => Promise<void>) => unknown
}

export interface ContractOptions<Fixture> {
  readonly test: TestRunner
  readonly create: CreateFixture<Fixture>
  /** Why a case does not apply, by its name. An unknown name and an empty reason throw. */
  readonly skip?: Readonly<Record<string, string>>
}

const refuseBadSkips = <Fixture>({ port, cases }: Contract<Fixture>, skip: Readonly<Record<string, string>>): void => {
  for (const [name, reason] of Object.entries(skip)) {
    if (!cases.some((one) => one.name === name)) throw new Error(`Contract ${port} has no case "${name}" that could be skipped`)
    if (reason.trim() === '') throw new Error(`Contract ${port}: skipping "${name}" needs a reason`)
  }
}

/** Registers each case of a contract as a test of the runner. */
export const runContract = <Fixture>(contract: Contract<Fixture>, { test, create, skip = {} }: ContractOptions<Fixture>): void => {
  refuseBadSkips(contract, skip)
  for (const { name, run } of contract.cases) {
    const reason = Object.hasOwn(skip, name) ? skip[name] : undefined
    if (reason === undefined) test(`${contract.port}: ${name}`, () => run(create))
    else test.skip(`${contract.port}: ${name} (${reason})`, () => run(create))
  }
}
