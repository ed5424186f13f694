declare module 'handlebars/dist/cjs/handlebars/compiler/whitespace-control.js' {
  interface BlockStrip {
    readonly open?: boolean
    readonly close?: boolean
    readonly openStandalone?: boolean
    readonly closeStandalone?: boolean
  }

  /** The pass of Handlebars' parser that runs over a finished tree. Loaded alone: the whole package takes eight times as long. */
  export default class WhitespaceControl {
    options: { readonly ignoreStandalone?: boolean }
    accept<Node>(program: Node): Node
    /** Answers what the block strips of what stands around it. */
    BlockStatement(block: object): BlockStrip
  }
}
