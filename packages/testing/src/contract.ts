/** One law of a port, as something that can be run. */
export interface ContractCase<Fixture> {
  /** Unique within the contract; what a skip names. */
  readonly name: string
  /** The law of the port that the case holds the adapter to, by its number or in words. */
  readonly law: string
  /** Throws (an AssertionError, mostly) when the adapter breaks the law, and `notApplicable(…)` when the law says nothing about it. */
  run(create: CreateFixture<Fixture>): Promise<void>
}

/** What every adapter of a port must do. A value: it brings no test runner. */
export interface Contract<Fixture> {
  readonly port: string
  readonly cases: readonly ContractCase<Fixture>[]
}

/** Makes the adapter under test with nothing in it, or with nothing that the case could see. Called at least once by each case. */
export type CreateFixture<Fixture> = () => Promise<Fixture>

/** What a runner hands to each test: the way to say, while it runs, that it does not apply. */
export interface TestRun {
  skip(reason: string): unknown
}

/** The part of a test runner that a contract needs; `test` of vitest and of node:test both are one. */
export interface TestRunner {
  (name: string, run: (test?: TestRun) => Promise<void>): unknown
  readonly skip: (name: string, run: () => Promise<void>) => unknown
}

export interface ContractOptions<Fixture> {
  readonly test: TestRunner
  readonly create: CreateFixture<Fixture>
  /** Why a case does not apply, by its name. An unknown name and an empty reason throw. */
  readonly skip?: Readonly<Record<string, string>>
}

/** Why a case says nothing about what it was run with. `runContract` shows it as skipped, with the reason. */
export class NotApplicable extends Error {
  readonly reason: string

  constructor(reason: string) {
    super(`not applicable: ${reason}`)
    this.name = 'NotApplicable'
    this.reason = reason
  }
}

/** Thrown by a case that finds that its law says nothing about the adapter, with the reason for people. */
export const notApplicable = (reason: string): NotApplicable => new NotApplicable(reason)

/** A runner that cannot skip from inside shows the reason as a failure: nothing is skipped silently. */
const orSkipped = async (run: Promise<void>, test: TestRun | undefined): Promise<void> => {
  try {
    await run
  } catch (error) {
    if (!(error instanceof NotApplicable) || typeof test?.skip !== 'function') throw error
    test.skip(error.message)
  }
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
    if (reason === undefined) test(`${contract.port}: ${name}`, (running) => orSkipped(run(create), running))
    else test.skip(`${contract.port}: ${name} (${reason})`, () => run(create))
  }
}
