import { parseArgs } from 'node:util'

/** The rows of the table, in their order. */
export const rowNames = ['in-process', 'idle', 'http', 'status', 'rendering', 'documents', 'search', 'starts']

export const help = `npm run bench [-- OPTIONS]: measures PAO beside its peers on this machine; see bench/README.md.

  --quick              short samples, two rounds: under three minutes
  --rounds N           samples of each candidate (default 5, quick 2)
  --only a,b           only these rows: ${rowNames.join(', ')}
  --candidates a,b     only these engines in the rows in-process and idle
  --write              writes docs/reference/benchmarks.md
  --no-build           measures what was built last
  --profile NAME       profiles one engine (pao, http, dbos, …) at 64 in flight: writes bench/NAME.cpuprofile, prints where its time goes
  --in-flight N        with --profile: another number in flight`

const list = (text) => text?.split(',').map((name) => name.trim()).filter((name) => name !== '')

const wholeNumber = (text, name) => {
  if (!/^[1-9]\d{0,3}$/.test(text)) throw new Error(`--${name} is a whole number from 1 to 9999`)
  return Number(text)
}

/** Reads the command line. Throws an Error that says what is wrong with it. */
export const readOptions = (argv) => {
  const { values } = parseArgs({
    args: argv,
    options: {
      quick: { type: 'boolean', default: false }, rounds: { type: 'string' }, only: { type: 'string' }, candidates: { type: 'string' },
      write: { type: 'boolean', default: false }, 'no-build': { type: 'boolean', default: false }, profile: { type: 'string' },
      'in-flight': { type: 'string', default: '64' }, help: { type: 'boolean', default: false },
    },
  })
  const only = list(values.only) ?? rowNames
  const unknown = only.filter((name) => !rowNames.includes(name))
  if (unknown.length > 0) throw new Error(`there is no row ${unknown.join(', ')}; there are ${rowNames.join(', ')}`)
  if (values.write && values.only !== undefined) throw new Error('--write needs every row: leave --only out')
  return {
    quick: values.quick, only, write: values.write, help: values.help, build: !values['no-build'],
    rounds: wholeNumber(values.rounds ?? (values.quick ? '2' : '5'), 'rounds'),
    inFlight: wholeNumber(values['in-flight'], 'in-flight'),
    ...(values.candidates === undefined ? {} : { candidates: list(values.candidates) }),
    ...(values.profile === undefined ? {} : { profile: values.profile }),
  }
}
