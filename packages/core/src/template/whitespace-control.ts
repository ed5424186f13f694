import WhitespaceControl from 'handlebars/dist/cjs/handlebars/compiler/whitespace-control.js'
import type { Program } from './syntax.js'

/**
 * Takes white space as Handlebars does: around `~`, and the lines on which a block tag or a comment stands alone. Changes the
 * `value` of content statements in place. Handlebars' own code: its rules have no other description.
 */
export const stripWhitespace = (program: Program): Program => new WhitespaceControl().accept(program)
