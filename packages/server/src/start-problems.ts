import { PaoError } from '@pao/core'

/** Why the program cannot start with this configuration: one line for each thing that is wrong, each with its cure. */
export class StartProblems extends PaoError {
  readonly problems: readonly string[]

  constructor(problems: readonly string[]) {
    super('CONFIGURATION', problems.join(' '))
    this.problems = problems
  }
}
