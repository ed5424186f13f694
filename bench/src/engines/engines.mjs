/** Every engine that is measured, the product first. `queue`: it is also loaded with a backlog, which queues are made for. */
export const engines = [
  { name: 'pao', title: 'PAO, everything on', module: new URL('pao.mjs', import.meta.url).href },
]

/** The engine of this name. Throws an Error that names those there are. */
export const findEngine = (name) => {
  const engine = engines.find((one) => one.name === name)
  if (engine === undefined) throw new Error(`there is no engine ${name}; there are ${engines.map((one) => one.name).join(', ')}`)
  return engine
}
