import type { ServiceRequest, Step } from '@pao/core'

const isDone = (step: Step): boolean =>
  step.state === 'completed' || (step.state === 'skipped' && step.why !== 'request-ended') || (step.state === 'failed' && step.tolerated)

/** How far a request is: steps that ended well of all, and the percentage rounded down. */
export const progress = ({ steps, status }: ServiceRequest) => {
  const completedActions = steps.filter(isDone).length
  const totalActions = steps.length
  const percentComplete = status.state === 'completed' ? 100 : totalActions === 0 ? 0 : Math.floor((100 * completedActions) / totalActions)
  return { completedActions, totalActions, percentComplete }
}
