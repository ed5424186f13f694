import { existsSync, readFileSync } from 'node:fs'
import { SourceMap } from 'node:module'
import { fileURLToPath } from 'node:url'

const maps = new Map()

const sourceMapOf = (url) => {
  if (!maps.has(url)) {
    const file = url.startsWith('file:') ? `${fileURLToPath(url)}.map` : undefined
    maps.set(url, file !== undefined && existsSync(file) ? new SourceMap(JSON.parse(readFileSync(file, 'utf8'))) : undefined)
  }
  return maps.get(url)
}

/** Where a function stands in its source. V8 counts lines and columns from 0. */
const placeOf = ({ url, lineNumber, columnNumber }) => {
  const entry = sourceMapOf(url)?.findEntry(lineNumber, Math.max(0, columnNumber))
  return entry?.originalSource === undefined ? { url, line: lineNumber + 1 } : { url: entry.originalSource, line: entry.originalLine + 1 }
}

/** The package that a file belongs to: of node_modules by its name, of the workspace by its folder, else Node itself. */
export const packageOf = (url) => {
  const inModules = /^.*node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(url)?.[1]
  if (inModules !== undefined && !inModules.startsWith('.')) return inModules
  const ours = /packages\/([^/]+)\//.exec(url)?.[1]
  if (ours !== undefined) return `@pao/${ours}`
  if (url.includes('/bench/')) return '(benchmark)'
  return url.startsWith('node:') || url === '' ? 'node' : url
}

/** A path that says nothing of the machine. */
const shortened = (url) => url.replace(/^file:.*\/bench\//, 'bench/').replace(/^.*node_modules\/(?!\.pnpm)/, '').replace(/^.*packages\//, '').replace(/^(\.\.\/)+/, '')

const add = (totals, key, microseconds) => totals.set(key, (totals.get(key) ?? 0) + microseconds)

/** Starting and stopping the profiler itself: the inspector's door, which has no file. */
const isProfiler = ({ functionName, url }) => functionName === 'dispatch' && url === ''

const engineNames = new Set(['(garbage collector)', '(program)', '(idle)', '(root)'])

/** Time by package and by function, each by what it spent in itself, the most first; shares are of the time that was not idle. */
export const summarise = (profile) => {
  const [byPackage, byFunction] = [new Map(), new Map()]
  const nodes = new Map(profile.nodes.map((node) => [node.id, node]))
  let busy = 0
  let idle = 0
  profile.samples.forEach((id, index) => {
    const { callFrame } = nodes.get(id)
    const microseconds = profile.timeDeltas[index]
    if (isProfiler(callFrame)) return
    if (callFrame.functionName === '(idle)') {
      idle += microseconds
      return
    }
    busy += microseconds
    const own = engineNames.has(callFrame.functionName)
    const place = placeOf(callFrame)
    const owner = own ? callFrame.functionName : packageOf(sourceMapOf(callFrame.url) === undefined ? callFrame.url : `${callFrame.url}/${place.url}`)
    add(byPackage, owner, microseconds)
    if (!own) add(byFunction, `${callFrame.functionName || '(anonymous)'}  ${owner}  ${shortened(place.url)}:${place.line}`, microseconds)
  })
  const ranked = (totals) => [...totals].map(([name, time]) => ({ name, share: time / busy })).sort((left, right) => right.share - left.share)
  return { busyMs: busy / 1000, idleMs: idle / 1000, packages: ranked(byPackage), functions: ranked(byFunction) }
}

const percent = (share) => `${(share * 100).toFixed(1).padStart(5)} %`

/** The summary as lines of text. */
export const describeProfile = ({ busyMs, idleMs, packages, functions }, requests, most = 45) => [
  `${requests} requests, ${(busyMs / requests).toFixed(3)} ms of the main thread each, ${((idleMs / (busyMs + idleMs)) * 100).toFixed(0)} % idle`,
  '', 'Time in itself, by package:', ...packages.filter(({ share }) => share >= 0.003).map(({ name, share }) => `${percent(share)}  ${name}`),
  '', 'By function:', ...functions.slice(0, most).map(({ name, share }) => `${percent(share)}  ${name}`),
].join('\n')
