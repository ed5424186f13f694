import type { OpenApiDocument, Operation } from './open-api-document.js'

export interface FoundOperation {
  readonly operation: Operation
  /** Decoded path parameters. */
  readonly params: Readonly<Record<string, string>>
}

const escaped = (text: string): string => text.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&')

const decoded = (text: string): string => {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}

/** `segment`: what a parameter may hold. A last one may hold slashes where nothing else fits, as paths of files do. */
const patternOf = (template: string, isGreedy: boolean): RegExp => {
  const parts = template.split(/(\{[^}]+\})/)
  const last = parts.findLastIndex((part) => part.startsWith('{'))
  return new RegExp(`^${parts.map((part, index) => !part.startsWith('{') ? escaped(part) : isGreedy && index === last ? '(.+)' : '([^/]+)').join('')}$`)
}

const namesOf = (template: string): readonly string[] => [...template.matchAll(/\{([^}]+)\}/g)].map(([, name]) => name ?? '')

const literals = ({ template }: Operation): number => template.replaceAll(/\{[^}]+\}/g, '').length

/** The path of the first server, which every request's path begins with. */
export const basePathOf = ({ servers }: OpenApiDocument): string => {
  const [first] = servers ?? []
  const path = first === undefined || !URL.canParse(first.url, 'http://relative.test') ? '/' : new URL(first.url, 'http://relative.test').pathname
  return path === '/' ? '' : path.replace(/\/$/, '')
}

/** Finds the operation of a method and a path; of several the one whose path says more. */
export const operationFinder = (operations: readonly Operation[]) => {
  const byLiterals = operations.toSorted((a, b) => literals(b) - literals(a))
  const patterns = [false, true].flatMap((isGreedy) => byLiterals.map((operation) => ({ operation, names: namesOf(operation.template), pattern: patternOf(operation.template, isGreedy) })))
  return (method: string, path: string): FoundOperation | undefined => {
    for (const { operation, names, pattern } of patterns) {
      const found = operation.method === method ? pattern.exec(path) : null
      if (found !== null) return { operation, params: Object.fromEntries(names.map((name, index) => [name, decoded(found[index + 1] ?? '')])) }
    }
    return undefined
  }
}
