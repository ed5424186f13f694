import type { Logger } from '../ports/logger.js'

const say = (): void => undefined

/** Port Logger that says nothing. */
export const silentLogger = (): Logger => ({ debug: say, info: say, warn: say, error: say })
