import { findFunction } from '../expression/functions.js'
import { member, memberAt } from '../expression/member.js'
import type { Value } from '../expression/value-type.js'
import type { Compiler, Place } from './compiler.js'
import { failRun } from './frame.js'
import type { Evaluate, Frame } from './frame.js'
import { type Resolution, resolvePath } from './resolve-path.js'
import type { PathExpression, Range, SubExpression } from './syntax.js'
import type { TemplateIssueCode } from './template-issue.js'
import type { Scope } from './variables.js'

/** Scopes that a template counts on: a value that is missing there fails the rendering instead of leaving a hole. */
const firm: Readonly<Partial<Record<Scope, TemplateIssueCode>>> = { output: 'missing-output', env: 'missing-env', secrets: 'missing-secret' }

/** A path as a function of a frame. A lone name of a function without parameters, such as `{{uuid}}`, is given to `call`. */
export function compilePath(compiler: Compiler, path: PathExpression, place: Place, call: (call: SubExpression) => Evaluate): Evaluate {
  const resolution = resolvePath(path, place.contexts, compiler.spell)
  switch (resolution.kind) {
    case 'scope': return compileScope(compiler, path, resolution, place)
    case 'member': return compileMember(resolution.hops, resolution.path)
    case 'key': {
      const up = climb(resolution.hops)
      return (frame) => memberAt(up(frame).key, resolution.path)
    }
    case 'loop': {
      const up = climb(resolution.hops)
      const { name } = resolution
      return (frame) => up(frame)[name]
    }
    case 'problem': {
      if (isBareCall(path, place)) return call({ type: 'SubExpression', path, params: [], height: 1, loc: path.loc, range: path.range })
      compiler.report(resolution.code, path.range, resolution.message, resolution.suggestion === undefined ? {} : { suggestion: resolution.suggestion })
      return () => undefined
    }
  }
}

/** Inside of loops a lone name is a member of the element. */
const isBareCall = (path: PathExpression, place: Place): boolean =>
  place.contexts.length === 0 && path.parts.length === 1 && !path.data && path.depth === 0 && !path.spelling &&
  findFunction(path.original)?.parameters.every((parameter) => parameter.optional === true) === true

function climb(hops: number): (frame: Frame) => Frame {
  if (hops === 0) return (frame) => frame
  if (hops === 1) return (frame) => frame.up ?? frame
  return (frame) => {
    let current = frame
    for (let count = 0; count < hops && current.up; count += 1) current = current.up
    return current
  }
}

function compileMember(hops: number, path: readonly string[]): Evaluate {
  const [first] = path
  if (hops === 0 && path.length === 1 && first !== undefined) return (frame) => member(frame.self, first)
  if (hops === 0 && path.length === 0) return (frame) => frame.self
  const up = climb(hops)
  return (frame) => memberAt(up(frame).self, path)
}

function compileScope(compiler: Compiler, path: PathExpression, { scope, path: names, style }: Extract<Resolution, { kind: 'scope' }>, place: Place): Evaluate {
  compiler.references.push({ scope, path: names, guarded: place.guarded || place.tolerant, style, offset: path.range[0], end: path.range[1] })
  if (names.length === 0 && (scope === 'env' || scope === 'secrets')) {
    compiler.report('secret', path.range, `"${scope}" cannot be read as a whole: name one of its members`)
  }
  const read = readScope(scope, names)
  const code = firm[scope]
  return code === undefined || place.tolerant ? read : insist(read, code, `"${[scope, ...names].join('.')}" is missing`, path.range)
}

const insist = (read: Evaluate, code: TemplateIssueCode, message: string, range: Range): Evaluate => (frame) => {
  const value = read(frame)
  return value === undefined ? failRun(frame.run, code, message, range) : value
}

/** Short paths are spelled out: most paths are, and a loop over two names costs more than the names. */
function readScope(scope: Scope, names: readonly string[]): Evaluate {
  const root = (frame: Frame): Value => frame.variables[scope]
  const [first, second] = names
  if (first === undefined) return root
  if (second === undefined) return (frame) => member(frame.variables[scope], first)
  if (names.length === 2) return (frame) => member(member(frame.variables[scope], first), second)
  return (frame) => memberAt(frame.variables[scope], names)
}
