/**
 * The fence of an owner's write. `is not distinct from` says the same as `=` and keeps the planner at the primary key: the index
 * over owners, which may look as good while the tables are small, holds every claim of the process.
 */
export const heldBy = (owner: string, epoch: string): string => `claim_owner is not distinct from ${owner}::uuid and claim_epoch = ${epoch}`
