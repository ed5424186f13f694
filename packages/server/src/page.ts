import type { Reply } from './answer.js'
import { reply } from './answer.js'

/** The envelope of every list, with the next page as a link beside it. `members` stand beside the rows. */
export const page = (
  url: URL, data: readonly unknown[], next: string | undefined, more: { readonly totalCount?: number; readonly headers?: Readonly<Record<string, string>>; readonly members?: Readonly<Record<string, unknown>> } = {},
): Reply => {
  const link = new URL(url)
  if (next !== undefined) link.searchParams.set('cursor', next)
  return reply(200, {
    data,
    pagination: {
      has_more: next !== undefined,
      next_cursor: next ?? null,
      ...(more.totalCount === undefined ? {} : { total_count: more.totalCount }),
    },
    ...more.members,
  }, {
    ...more.headers,
    ...(next === undefined ? {} : { link: `<${link.pathname}${link.search}>; rel="next"` }),
  })
}
