import type { Person } from '@pao/core'
import type { Authenticator } from './authenticator.js'
import { problem } from './problem.js'
import type { Problem, ProblemDetail } from './problem.js'

const userPattern = /^[A-Za-z0-9][A-Za-z0-9._@+-]{0,127}$/
const namePattern = /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/
const MAX_NAMES = 50

/** Who calls when no header says so. */
const defaultDeveloper: Person = { id: 'dev@localhost', email: 'dev@localhost', teams: ['developers'], roles: ['developer'] }

/** True for `localhost`, 127.0.0.0/8 and ::1, with or without a port. */
export const isLoopbackHost = (host: string): boolean =>
  /^(localhost|127(?:\.\d{1,3}){3}|\[::1\])(?::\d{1,5})?$/i.test(host)

const refuseForeign = (request: Request): Problem | undefined => {
  const host = request.headers.get('host') ?? new URL(request.url).host
  if (!isLoopbackHost(host)) {
    return problem('FORBIDDEN', 'Without authentication (PAO_AUTH=dev) only calls to localhost are answered: the Host header names another host.')
  }
  const origin = request.headers.get('origin')
  if (origin !== null && origin !== `http://${host}` && origin !== `https://${host}`) {
    return problem('FORBIDDEN', 'Without authentication (PAO_AUTH=dev) no call from a page of another origin is answered.')
  }
  return undefined
}

const names = (request: Request, header: string, errors: ProblemDetail[]): readonly string[] | undefined => {
  const text = request.headers.get(header)
  if (text === null) return undefined
  const list = [...new Set(text.split(',').map((name) => name.trim()).filter((name) => name !== ''))]
  if (list.length > MAX_NAMES || !list.every((name) => namePattern.test(name))) {
    errors.push({ field: header, constraint: 'pattern', message: `${header} is a comma-separated list of at most ${MAX_NAMES} names of letters, digits, ".", "_" and "-".` })
  }
  return list
}

const identify = (request: Request): Person | Problem => {
  const errors: ProblemDetail[] = []
  const id = request.headers.get('x-pao-user')?.trim()
  if (id !== undefined && !userPattern.test(id)) {
    errors.push({ field: 'X-PAO-User', constraint: 'pattern', message: 'X-PAO-User is 1 to 128 letters, digits and ".", "_", "@", "+", "-", and begins with a letter or digit.' })
  }
  const teams = names(request, 'X-PAO-Teams', errors)
  const roles = names(request, 'X-PAO-Roles', errors)
  if (errors.length > 0) return problem('VALIDATION_ERROR', 'The headers that say who calls are not valid.', { errors })
  const person = id === undefined ? defaultDeveloper : { id, ...(id.includes('@') ? { email: id } : {}), teams: [], roles: ['developer'] }
  return { ...person, teams: teams ?? person.teams, roles: roles ?? person.roles }
}

/**
 * For one machine: it believes the headers `X-PAO-User`, `X-PAO-Teams` and `X-PAO-Roles`, so it answers only what came from this machine on
 * purpose: no foreign Origin (a web page that the developer visits), no foreign Host (DNS rebinding).
 */
export const devAuthenticator = (): Authenticator => ({ name: 'dev', admit: refuseForeign, identify })
