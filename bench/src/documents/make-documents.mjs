import { drawing, seeded } from './random.mjs'

const things = ['PostgreSQL database', 'message queue', 'object store', 'container service', 'DNS record', 'cache', 'secret', 'build pipeline', 'repository', 'virtual network']
const categories = ['databases', 'messaging', 'storage', 'compute', 'networking', 'security', 'other']
const teams = ['payments', 'orders', 'search', 'identity', 'data', 'web', 'mobile', 'risk']
const words = ['managed', 'with daily backups', 'for internal use', 'in the region of your choice', 'encrypted at rest', 'with alerts', 'billed monthly', 'highly available']

const text = (lines, indent) => lines.map((line) => ' '.repeat(indent) + line).join('\n')

const fieldKinds = [
  ({ between }, id) => [`- id: ${id}`, `  name: Name ${id}`, '  type: string', '  required: true', '  description: Letters, digits and hyphens.', '  validation:', `    pattern: "^[a-z][a-z0-9-]{2,${between(20, 60)}}$"`, `    max_length: ${between(20, 63)}`],
  ({ between, oneOf }, id) => [`- id: ${id}`, `  name: Choice ${id}`, '  type: select', '  required: true', `  default: ${oneOf(['small', 'medium'])}`, `  enum: [small, medium, large, size-${between(1, 9)}]`],
  ({ between }, id) => [`- id: ${id}`, `  name: Amount ${id}`, '  type: integer', '  required: true', `  default: ${between(2, 20) * 10}`, `  validation: { min: 10, max: ${between(3, 40) * 100}, step: 10 }`],
  (_, id) => [`- id: ${id}`, `  name: Switch ${id}`, '  type: boolean', '  default: false', `  description: Whether ${id} is wanted.`],
  ({ between }, id) => [`- id: ${id}`, `  name: Note ${id}`, '  type: string', `  placeholder: "for example: note ${between(1, 99)}"`, `  validation: { max_length: ${between(100, 400)} }`],
]

/** The first field is always a name, so that templates have one to read. */
const groups = (draw) => Array.from({ length: draw.between(2, 4) }, (_, group) => ({
  id: `group-${group}`,
  fields: Array.from({ length: draw.between(2, 4) }, (_, field) => {
    const kind = group === 0 && field === 0 ? 0 : draw.between(0, fieldKinds.length - 1)
    const id = `f${group}_${field}`
    return { id, kind, lines: fieldKinds[kind](draw, id) }
  }),
}))

const formLines = (parts) => parts.flatMap(({ id, fields }) => [`- id: ${id}`, `  name: Group ${id}`, '  fields:', ...fields.flatMap(({ lines }) => lines.map((line) => `    ${line}`))])

const bodyLines = (fields) => fields.map(({ id, kind }, index) => {
  const value = kind === 2 || kind === 3 ? `{{fields.${id}}}` : kind === 4 ? `{{json(default(fields.${id}, "none"))}}` : `"{{fields.${id}}}"`
  return `  "${id}": ${value}${index === fields.length - 1 ? '' : ','}`
})

const restStep = (draw, index, fields) => [
  `- id: step-${index}`, `  name: Call number ${index}`, '  type: rest-api', `  order: ${index + 1}`, ...(index === 0 ? [] : [`  dependsOn: [step-${index - 1}]`]),
  `  timeout: ${draw.between(2, 20) * 10}`, `  retry: { attempts: ${draw.between(2, 5)}, delay: 5, backoff: exponential }`,
  '  config:', '    endpoint:', `      url: "https://provisioning-${draw.between(1, 40)}.example.com/v1/things/{{fields.f0_0}}"`, '      method: POST',
  '    idempotency: { header: Idempotency-Key }', '    headers:', '      X-Request: "{{request.id}}"', '    body:', '      type: json', '      content_template: |',
  ...['{', ...bodyLines(fields), '}'].map((line) => `        ${line}`),
  '    response: { expected_status: [200, 201] }', '    parsing:', '      extract:', '        - { path: "$.id", name: id, required: true }',
]

const ticketStep = (draw) => [
  '- id: ticket', '  type: jira-ticket', '  config:', '    ticket:', `      project: ${draw.oneOf(['DBA', 'PLAT', 'NET', 'OPS'])}`, '      issue_type: Task',
  '      summary_template: "{{metadata.name}} {{fields.f0_0}}"', '      description_template: |', '        Name: {{fields.f0_0}}', '        Asked by {{request.user.id}}, {{request.id}}',
]

/** One catalog item of about 130 lines, as a team writes it: no two are alike. */
const makeDocument = (index) => {
  const draw = drawing(seeded(index))
  const thing = draw.oneOf(things)
  const id = `${thing.toLowerCase().replaceAll(' ', '-')}-${String(index).padStart(5, '0')}`
  const team = draw.oneOf(teams)
  const parts = groups(draw)
  const fields = parts.flatMap((group) => group.fields)
  const steps = Array.from({ length: draw.between(1, 3) }, (_, step) => restStep(draw, step, fields))
  const source = `# ${thing} number ${index}
version: "2.0"
kind: CatalogItem

metadata:
  id: ${id}
  name: ${thing} ${index}
  description: A ${thing}, ${draw.oneOf(words)}, ${draw.oneOf(words)}, number ${index} of its kind in this catalog.
  version: ${draw.between(1, 3)}.${draw.between(0, 20)}.${draw.between(0, 9)}
  category: ${draw.oneOf(categories)}
  owner:
    team: platform-${team}-team
    contact: ${team}@example.org
  tags: [${thing.toLowerCase().split(' ').join(', ')}, ${team}]

presentation:
  form:
    groups:
${text(formLines(parts), 6)}

fulfillment:
  strategy:
    mode: automatic
    priority: ${draw.oneOf(['low', 'normal', 'high'])}
  manual:
    description: The team makes it by hand.
    actions:
${text(ticketStep(draw), 6)}
  automatic:
    actions:
${text(steps.flat(), 6)}
`
  return { path: `${id}.yaml`, source }
}

/** So many documents, the same in every run. */
export const makeDocuments = (count) => Array.from({ length: count }, (_, index) => makeDocument(index))
