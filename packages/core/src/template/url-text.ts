/** Put behind the base of a URL until it is finished. No text of a template and no encoded value can hold it. */
export const endOfBase = '\u0001'

/** Put for a value that came out empty in a path until it is known whether it was a whole segment. */
export const emptySegment = '\u0000'

const isDots = (segment: string): boolean => /^\.\.?$/.test(segment.replace(/%2e/gi, '.'))

/** Puts the parts of a rendered URL together and looks at the whole. Answers the URL, or why it is none. */
export function finishUrl(rendered: string): { readonly url: string } | { readonly problem: string } {
  const joined = joinBase(rendered)
  if (joined === undefined) return { problem: 'the base of this URL has a query, so nothing can follow it' }
  const path = /^(?:[a-z][a-z0-9+.-]*:\/\/[^/?#]*)?([^?#]*)/i.exec(joined)?.[1] ?? ''
  const segments = path.split('/')
  if (segments.some((segment) => segment !== '' && segment.replaceAll(emptySegment, '') === '')) {
    return { problem: 'a segment of this URL came out empty, and the URL would mean something else' }
  }
  const url = joined.replaceAll(emptySegment, '')
  if (segments.some((segment) => isDots(segment.replaceAll(emptySegment, '')))) return { problem: '"." and ".." cannot be segments of a URL' }
  if (!URL.canParse(url, 'http://localhost')) return { problem: 'this is not a URL' }
  return { url }
}

/** One slash where the base ends with one and the rest begins with one. */
function joinBase(rendered: string): string | undefined {
  const at = rendered.indexOf(endOfBase)
  if (at < 0) return rendered
  const [base, rest] = [rendered.slice(0, at), rendered.slice(at + 1)]
  if (rest === '') return base
  if (base.includes('#') || (base.includes('?') && rest.startsWith('/'))) return undefined
  return (base.endsWith('/') && rest.startsWith('/') ? base.slice(0, -1) : base) + rest
}
