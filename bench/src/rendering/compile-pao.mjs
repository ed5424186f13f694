/** The product's rendering of a JSON text, compiled once: every value is encoded for its place, limits are counted. */
export const compilePao = ({ compileConfig, renderConfig }, source) => {
  const { compiled, issues } = compileConfig({ body: source }, () => 'json')
  if (compiled === undefined) throw new Error(`the benchmark's template is not right: ${JSON.stringify(issues)}`)
  const generated = { seed: 'bench', at: 0 }
  return (variables) => {
    const rendered = renderConfig(compiled, variables, generated)
    if (!rendered.ok) throw new Error(`the benchmark's template was not rendered: ${JSON.stringify(rendered)}`)
    return rendered.value.body
  }
}
