import WhitespaceControl from 'handlebars/dist/cjs/handlebars/compiler/whitespace-control.js'
import type { BlockStatement, Program } from './syntax.js'

/** Go keeps the line on which a tag stands alone, unless `-` strips it. */
class LanguageWhitespace extends WhitespaceControl {
  override BlockStatement(block: BlockStatement): ReturnType<WhitespaceControl['BlockStatement']> {
    if (block.go !== true) return super.BlockStatement(block)
    const { options } = this
    this.options = { ...options, ignoreStandalone: true }
    const strip = super.BlockStatement(block)
    this.options = options
    return { ...strip, openStandalone: false, closeStandalone: false }
  }
}

/**
 * Takes white space as Handlebars does: around `~`, and the lines on which a block tag or a comment stands alone. Changes the
 * `value` of content statements in place. Handlebars' own code: its rules have no other description.
 */
export const stripWhitespace = (program: Program): Program => new LanguageWhitespace().accept(program)
