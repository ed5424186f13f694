import type { Target } from './template.js'
import { finishUrl } from './url-text.js'

/** The whole text as it may be used, or why it may not. */
export type FinishedText = { readonly text: string } | { readonly problem: string }

const controls = /[\u0000-\u001f\u007f]/

function finishHeader(text: string): FinishedText {
  if (controls.test(text.replaceAll('\t', ' '))) return { problem: 'a header cannot hold line breaks or control characters' }
  return /[^\u0000-\u00ff]/.test(text) ? { problem: 'a header can hold characters up to U+00FF only: encode the value, for example with url()' } : { text }
}

function finishPath(text: string): FinishedText {
  if (controls.test(text)) return { problem: 'a path cannot hold line breaks or control characters' }
  const segments = text.replace(/^\//, '').split('/')
  if (segments.includes('')) return { problem: 'a segment of this path is empty' }
  return segments.includes('.') || segments.includes('..') ? { problem: '"." and ".." cannot be segments of a path' } : { text }
}

/** Looks at a rendered text as a whole, where the target has rules that no single value can keep. */
export function finishText(target: Target, text: string): FinishedText {
  switch (target) {
    case 'url': {
      const finished = finishUrl(text)
      return 'url' in finished ? { text: finished.url } : finished
    }
    case 'header': return finishHeader(text)
    case 'path': return finishPath(text)
    // The line break that a literal text of YAML ends with is no part of a form.
    case 'form': return { text: text.replace(/[\r\n]+$/, '') }
    case 'text': case 'json': case 'yaml': case 'hcl': case 'xml': case 'html': case 'value': return { text }
  }
}
