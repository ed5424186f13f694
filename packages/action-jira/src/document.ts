import type { Json, JsonObject } from '@pao/core/action'

const textNode = (text: string): JsonObject => ({ type: 'text', text })

/** What no document can hold: control characters but tab and line break, and halves of surrogate pairs. */
const UNPRINTABLE = /[\u0000-\u0008\u000b-\u001f\u007f]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g

const clean = (text: string): string => text.replace(/\r\n?/g, '\n').replace(UNPRINTABLE, '\ufffd')

/** The lines of a block with breaks between them. None of them is empty: an empty line parts blocks. */
const paragraph = (block: string): JsonObject => ({
  type: 'paragraph',
  content: block.split('\n').flatMap((line, index) => [...(index === 0 ? [] : [{ type: 'hardBreak' }]), textNode(line)]),
})

const codeBlock = (value: Json): JsonObject => ({ type: 'codeBlock', attrs: { language: 'json' }, content: [textNode(clean(JSON.stringify(value, null, 2)))] })

/** A paragraph that is a whole JSON object or list is easier to read as code. */
const asValue = (block: string): Json | undefined => {
  const text = block.trim()
  if (!(text.startsWith('{') && text.endsWith('}')) && !(text.startsWith('[') && text.endsWith(']'))) return undefined
  try {
    return JSON.parse(block) as Json
  } catch (error) {
    if (error instanceof SyntaxError) return undefined
    throw error
  }
}

const blockNode = (block: string): JsonObject => {
  const value = asValue(block)
  return value === undefined ? paragraph(block) : codeBlock(value)
}

/**
 * An Atlassian Document out of a text. The text is data: empty lines part paragraphs, and nothing in it is read as markup. Anything but a
 * text becomes a code block.
 */
export const documentOf = (content: Json): JsonObject => {
  if (typeof content === 'object' && content !== null) return { type: 'doc', version: 1, content: [codeBlock(content)] }
  const blocks = clean(content === null ? '' : String(content)).split(/\n(?:[\t ]*\n)+/).map((block) => block.replace(/^\n/, '').trimEnd())
  return { type: 'doc', version: 1, content: blocks.filter((block) => block.trim() !== '').map(blockNode) }
}
