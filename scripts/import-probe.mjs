// A program of its own: imports the files it is given, one after the other, and writes what that did as one line of JSON. It ends by itself.
import { createHook } from 'node:async_hooks'
import { writeSync } from 'node:fs'
import { fileURLToPath, pathToFileURL } from 'node:url'

const self = fileURLToPath(import.meta.url)
Error.stackTraceLimit = 50

/** The file of a line of a stack; undefined for what is Node's own. */
const fileOf = (frame) => frame.includes('node:') ? undefined : /((?:file:\/\/)?(?:\/|[A-Z]:\\)[^()]*):\d+:\d+\)?$/.exec(frame)?.[1]?.replace(/^file:\/\//, '')

/** The file that did it: the first on the stack after this one. Undefined: Node does it by itself. */
const culprit = () => fileOf(new Error().stack.split('\n').slice(1).find((frame) => !frame.includes(self)) ?? '')

const found = []
const seen = new Set()
let recording = false
const record = (what, file) => {
  if (!recording || seen.has(`${what} ${file}`)) return
  seen.add(`${what} ${file}`)
  found.push({ what, file })
}

/** What Node makes for timers, signals, sockets, lookups, processes, watchers and threads, also where it does not keep the process alive. */
const started = /^(Timeout|Immediate|SIGNALWRAP|(TCP|PIPE|UDP|TTY|PROCESS|HTTP\w*)(SERVER|CLIENT)?\w*WRAP|GETADDRINFOREQWRAP|FSEVENTWRAP|STATWATCHER|WORKER|HTTP2SESSION)$/
createHook({
  init: (_id, type) => {
    if (!recording || !started.test(type)) return
    // A timer is made deep inside Node, for whoever asked for it.
    record(`starts ${type}`, new Error().stack.split('\n').map(fileOf).find((file) => file !== undefined && file !== self))
  },
}).enable()

const { env } = process
const read = (name) => {
  const file = culprit()
  // Node reads variables of its own with every module.
  if (file !== undefined) record(`reads process.env${typeof name === 'string' ? `.${name}` : ''}`, file)
}
process.env = new Proxy(env, {
  get: (target, name) => { read(name); return target[name] },
  has: (target, name) => { read(name); return name in target },
  ownKeys: (target) => { read(); return Reflect.ownKeys(target) },
})

for (const name of Object.keys(console)) {
  const original = console[name]
  if (typeof original === 'function') console[name] = (...words) => { record(`says by console.${name}`, culprit()); return original.apply(console, words) }
}
for (const stream of ['stdout', 'stderr']) {
  const original = process[stream].write
  process[stream].write = (...parts) => { record(`writes to ${stream}`, culprit()); return original.apply(process[stream], parts) }
}

const listeners = () => process.eventNames().map((name) => `${String(name)}:${process.listenerCount(name)}`).join()
const globals = () => Object.getOwnPropertyNames(globalThis).sort().join()

const nextTurn = () => new Promise((resolve) => {
  recording = false
  setImmediate(resolve)
  recording = true
})

for (const file of process.argv.slice(2)) {
  const before = [listeners(), globals()]
  recording = true
  await import(pathToFileURL(file).href)
  // What an import has put off to the next turn is its doing too.
  await nextTurn()
  recording = false
  if (listeners() !== before[0]) found.push({ what: `listens to events of the process (${before[0]} became ${listeners()})`, file })
  if (globals() !== before[1]) found.push({ what: 'changes the global names', file })
}
writeSync(1, `${JSON.stringify(found)}\n`)
