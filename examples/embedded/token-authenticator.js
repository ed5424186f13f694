import { problem } from '@pao/server'
import { userOf } from './sign-in.js'

export const tokenAuthenticator = () => ({
  name: 'token',
  admit: () => undefined,
  identify: (request) => userOf(request.headers.get('authorization') ?? '') ?? problem('UNAUTHORIZED', 'Sign in.'),
})
