import { watch } from 'node:fs'
import type { FSWatcher } from 'node:fs'

/** Editors and tools write a file in several strokes. */
const SETTLE_MS = 100
const TRY_AGAIN_MS = 5_000

/** A name that begins with a dot is no document; `..data` is the link by which Kubernetes swaps a mounted folder. */
const isHidden = (name: string): boolean => name.split(/[/\\]/).some((part) => part.startsWith('.') && part !== '..data')

/**
 * Calls `changed` after something below the folder has changed, with a pause after the last change. A folder that is not there, or goes, is looked for again
 * every five seconds; its return is a change. Holds no process alive.
 */
export const watchFolder = (directory: string, changed: () => void): (() => Promise<void>) => {
  let stopped = false
  let watcher: FSWatcher | undefined
  let [settling, trying]: (NodeJS.Timeout | undefined)[] = []

  const later = (): void => {
    clearTimeout(settling)
    settling = setTimeout(changed, SETTLE_MS)
    settling.unref()
  }

  const tryAgain = (): void => {
    watcher?.close()
    watcher = undefined
    if (stopped) return
    clearTimeout(trying)
    trying = setTimeout(() => { open(later) }, TRY_AGAIN_MS)
    trying.unref()
  }

  const open = (then: () => void): void => {
    try {
      watcher = watch(directory, { recursive: true, persistent: false }, (_event, name) => { if (name === null || !isHidden(name)) later() })
      watcher.on('error', tryAgain)
      then()
    } catch {
      // Not there, not readable, or no watches left: reading the folder says which, and polling finds what is missed.
      tryAgain()
    }
  }

  open(() => undefined)
  return async () => {
    stopped = true
    clearTimeout(settling)
    clearTimeout(trying)
    watcher?.close()
  }
}
