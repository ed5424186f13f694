/** Two worker processes. */
export const firstOwner = 'b52c0a3c-9d0e-4f4e-8a55-0d8a3a3f7c01'
export const secondOwner = '0c1f6f0e-52a7-4a39-9a0f-6a1e0f6b2e02'

/** Long enough for any case to end before it. */
export const longLeaseMs = 60_000

/** Short enough to be waited for. */
export const shortLeaseMs = 120
