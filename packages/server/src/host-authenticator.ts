import type { Authenticator } from './authenticator.js'
import { problem } from './problem.js'

/** For an API inside another program, which says who calls with each call (`HostFacts`): whom it names nobody for is not known here. */
export const hostAuthenticator = (): Authenticator => ({
  name: 'host',
  admit: () => undefined,
  identify: () => problem('UNAUTHORIZED', 'Who calls is not known: the program that this API is part of has named nobody.'),
})
