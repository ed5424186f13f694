import type { LoadedItem } from '@pao/core'

/** Why an item with password fields cannot be ordered where nothing can encrypt them. Empty: it can, as far as this goes. */
export const withoutKey = ({ sealedFields }: LoadedItem, sealing: boolean): readonly string[] =>
  sealedFields.length > 0 && !sealing ? ['it asks for a password and this server has no encryption key: set PAO_ENCRYPTION_KEY'] : []
