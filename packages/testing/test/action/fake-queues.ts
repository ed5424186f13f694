import type { HttpRequest } from '@pao/core/action'
import type { VendorAnswer } from '@pao/testing'

interface Queue {
  readonly id: string
  readonly name: string
  readonly tag: string
  state: 'creating' | 'ready'
}

/** The queue service: it makes a queue for each POST, whoever asks, and knows nothing of keys. */
export const fakeQueues = () => {
  const queues: Queue[] = [{ id: 'q-0', name: 'somebody else\'s', tag: 'none', state: 'ready' }]
  let made = 0

  const http = ({ method, url, body = '', headers = {} }: HttpRequest): VendorAnswer => {
    if (headers['authorization']?.startsWith('Bearer ') !== true) return { status: 401 }
    const { pathname, searchParams } = new URL(url)
    const id = /^\/queues\/(.+)$/.exec(pathname)?.[1]
    const queue = queues.find((each) => each.id === id)
    if (method === 'POST') {
      const { name, tag } = JSON.parse(body) as { readonly name: string; readonly tag: string }
      made += 1
      queues.push({ id: `q-${made}`, name, tag, state: 'creating' })
      return { status: 201, body: { id: `q-${made}` } }
    }
    if (id === undefined) return { status: 200, body: queues.filter(({ tag }) => tag === searchParams.get('tag')).map(({ id: each }) => ({ id: each })) }
    if (queue === undefined) return { status: 404 }
    if (method === 'DELETE') queues.splice(queues.indexOf(queue), 1)
    return method === 'DELETE' ? { status: 204 } : { status: 200, body: { id: queue.id, state: queue.state } }
  }

  return {
    http,
    effects: () => queues.filter(({ id }) => id !== 'q-0').map(({ id }) => id),
    finish: ({ id }: { readonly id: string }) => { for (const queue of queues) if (queue.id === id) queue.state = 'ready' },
    untouched: () => queues.filter(({ id }) => id === 'q-0'),
  }
}
