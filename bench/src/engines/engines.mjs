const at = (name) => new URL(`${name}.mjs`, import.meta.url).href

/** Every engine that is measured, the product first. `queue`: it is loaded with a backlog too, which queues are made for. */
export const engines = [
  { name: 'pao', title: 'PAO, everything on', module: at('pao') },
  { name: 'dbos', title: 'DBOS', module: at('dbos') },
  { name: 'pg-boss', title: 'pg-boss', module: at('pg-boss'), queue: true },
  { name: 'graphile-worker', title: 'graphile-worker', module: at('graphile-worker'), queue: true },
  { name: 'floor-coalesced', title: 'coalesced floor', module: at('floor-coalesced') },
  { name: 'floor-lean', title: 'lean floor', module: at('floor-lean') },
]

/** The engine of this name. Throws an Error that names those there are. */
export const findEngine = (name) => {
  const engine = engines.find((one) => one.name === name)
  if (engine === undefined) throw new Error(`there is no engine ${name}; there are ${engines.map((one) => one.name).join(', ')}`)
  return engine
}
