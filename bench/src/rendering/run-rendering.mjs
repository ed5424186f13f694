// Renders the same JSON by the product's templates and by Handlebars, in a process of its own.
import { deepStrictEqual } from 'node:assert'

import Handlebars from 'handlebars'

import { loadInternals } from '../pao/product.mjs'
import { answerTasks } from '../tasks.mjs'
import { compilePao } from './compile-pao.mjs'
import { escapedSource, source, variables } from './ticket.mjs'

const internals = await loadInternals()

const handlebars = Handlebars.create()
handlebars.registerHelper('json', (value) => JSON.stringify(String(value)).slice(1, -1))

const compilers = {
  'pao': () => compilePao(internals, source),
  'no-escape': () => handlebars.compile(source, { noEscape: true }),
  'json-helper': () => handlebars.compile(escapedSource, { noEscape: true }),
}

const renderers = Object.fromEntries(Object.entries(compilers).map(([name, compile]) => [name, compile()]))

/** All give the same for plain values, and what must be encoded comes back as it was. */
const check = () => {
  const plain = Object.values(renderers).map((render) => JSON.parse(render(variables)))
  for (const value of plain) deepStrictEqual(value, plain[0])
  const name = 'a "quoted"\n\\ name'
  for (const encoding of ['pao', 'json-helper']) {
    deepStrictEqual(JSON.parse(renderers[encoding]({ ...variables, fields: { ...variables.fields, owner: name } })).fields.owner, name)
  }
}

/** Code is compiled: so many times, or so long. */
const WARM_UP = { times: 20_000, ms: 2_000 }
let characters = 0

const perSecond = (work, ms) => {
  const warm = performance.now() + WARM_UP.ms
  for (let turn = 0; turn < WARM_UP.times && performance.now() < warm; turn += 1) characters += work().length
  const start = performance.now()
  let count = 0
  while (performance.now() - start < ms) {
    for (let turn = 0; turn < 10; turn += 1) characters += work().length
    count += 10
  }
  return { perSecond: count / ((performance.now() - start) / 1000) }
}

answerTasks({
  check,
  render: ({ name, ms }) => perSecond(() => renderers[name](variables), ms),
  // Handlebars compiles with the first rendering, so that both load and render once.
  load: ({ name, ms }) => perSecond(() => compilers[name]()(variables), ms),
})
