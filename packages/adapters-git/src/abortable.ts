/** The promise, or the signal's reason as soon as it aborts. What the promise then still does is nobody's. */
export const abortable = <Value>(promise: Promise<Value>, signal: AbortSignal): Promise<Value> => new Promise((resolve, reject) => {
  const onAbort = (): void => { reject(signal.reason as Error) }
  if (signal.aborted) onAbort()
  else signal.addEventListener('abort', onAbort, { once: true })
  promise.then(resolve, reject).finally(() => { signal.removeEventListener('abort', onAbort) })
})
