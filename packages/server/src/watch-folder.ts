import { realpathSync, watch } from 'node:fs'
import type { FSWatcher } from 'node:fs'
import { basename, dirname, resolve } from 'node:path'

/** Editors and tools write a file in several strokes. */
const SETTLE_MS = 100
const TRY_AGAIN_MS = 5_000

/** A name that begins with a dot is no document; `..data` is the link by which Kubernetes swaps a mounted folder. */
const isHidden = (name: string): boolean => name.split(/[/\\]/).some((part) => part.startsWith('.') && part !== '..data')

/**
 * Calls `changed` after something below the folder has changed, or the folder itself, which may be a link that is turned to another one. There is a pause after the
 * last change. What cannot be watched is tried again every five seconds; its return is a change. Holds no process alive.
 */
export const watchFolder = (directory: string, changed: () => void): (() => Promise<void>) => {
  const place = resolve(directory)
  const watchers = new Set<FSWatcher>()
  let isStopped = false
  let settling: NodeJS.Timeout | undefined
  let trying: NodeJS.Timeout | undefined

  const later = (): void => {
    clearTimeout(settling)
    settling = setTimeout(changed, SETTLE_MS)
    settling.unref()
  }

  const close = (): void => {
    for (const watcher of watchers) watcher.close()
    watchers.clear()
  }

  const tryAgain = (): void => {
    close()
    clearTimeout(trying)
    trying = setTimeout(() => { if (open()) later() }, TRY_AGAIN_MS)
    trying.unref()
  }

  const turned = (): void => {
    close()
    open()
    later()
  }

  const add = (path: string, recursive: boolean, told: (name: string) => void): void => {
    const watcher = watch(path, { recursive, persistent: false }, (_event, name) => { if (!isStopped && watchers.has(watcher)) told(name ?? '') })
    watcher.on('error', tryAgain)
    watchers.add(watcher)
  }

  /** False: it is not there, it may not be read, or the system has no watches left. Reading the folder says which, and polling finds what is missed. */
  const open = (): boolean => {
    try {
      const below = (name: string): void => { if (!isHidden(name)) later() }
      add(realpathSync(place), true, below)
      // A recursive watch of Node 20 does not tell of a link that takes the place of another one.
      add(realpathSync(place), false, below)
      add(dirname(place), false, (name) => { if (name === basename(place)) turned() })
      return true
    } catch {
      tryAgain()
      return false
    }
  }

  open()
  return async () => {
    isStopped = true
    clearTimeout(settling)
    clearTimeout(trying)
    close()
  }
}
