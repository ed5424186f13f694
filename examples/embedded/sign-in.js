// Stands for the way in which your program knows its users; a header alone proves nothing.
const users = {
  'token-of-ada': { id: 'ada', email: 'ada@example.org', teams: ['sellers'], roles: [] },
  'token-of-eve': { id: 'eve', teams: [], roles: [] },
}

export const userOf = (authorization = '') => users[authorization.replace(/^Bearer /, '')]
