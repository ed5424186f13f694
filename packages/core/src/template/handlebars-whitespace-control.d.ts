declare module 'handlebars/dist/cjs/handlebars/compiler/whitespace-control.js' {
  /** The pass of Handlebars' parser that runs over a finished tree. Loaded alone: the whole package takes eight times as long. */
  export default class WhitespaceControl {
    accept<Node>(program: Node): Node
  }
}
