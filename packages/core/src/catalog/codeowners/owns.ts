const slug = (name: string): string => name.toLowerCase().replace(/[^a-z0-9]+/g, '-').replace(/^-|-$/g, '')

const path = (name: string): string => name.replace(/^@/, '').split('/').map(slug).join('/')

/**
 * Whether one of the owners is the team, whatever the spelling: `platform-data`, `Platform Data` and `@acme/platform-data` are one. A team that is
 * written with its organisation or group must have the same one. A `@@role` is nobody's team.
 */
export const isOwnedBy = (owners: readonly string[], team: string, contact?: string): boolean => {
  const wanted = path(team)
  return owners.some((owner) => {
    if (owner.startsWith('@@')) return false
    if (!owner.startsWith('@')) return contact !== undefined && owner.toLowerCase() === contact.toLowerCase()
    const full = path(owner)
    return wanted !== '' && (full === wanted || (!wanted.includes('/') && full.endsWith(`/${wanted}`)))
  })
}
