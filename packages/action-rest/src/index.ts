export { restApiAction } from './rest-api-action.js'
export type { RestConfig, RestExtract, RestMethod, RestOutput } from './rest-config.js'
