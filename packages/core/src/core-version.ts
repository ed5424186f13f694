/** The version of @pao/core that this code is, as in its package.json: what plugins name in `requires`. */
export const CORE_VERSION = '0.0.0'
