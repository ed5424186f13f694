import type { InputProblem } from '../../form/input-problem.js'
import type { InputValidator } from '../../form/input-validator.js'
import type { JsonObject } from '../../json.js'
import type { LoadedComponent, LoadedItem } from '../loaded-item.js'
import type { ComponentView } from './component-view.js'

/** What the items say of the values that the bundle's form gives them, told at the bundle's fields. */
const componentProblems = ({ id, item }: LoadedComponent, view: ComponentView, input: JsonObject): readonly InputProblem[] => {
  const given = [...view.from].flatMap(([field, source]) => Object.hasOwn(input, source) ? [[field, input[source] ?? null] as const] : [])
  const checked = item.validator.validate(Object.fromEntries(given))
  if (checked.ok) return []
  return checked.problems.flatMap((problem) => {
    const [name = '', ...below] = problem.field.split('.')
    const source = view.from.get(name)
    return source === undefined ? [] : [{ ...problem, field: [source, ...below].join('.'), message: `${problem.message} (${id})` }]
  })
}

/** The bundle's form decides first; what it takes must suit every component as well. */
export const bundleValidator = (bundle: LoadedItem, components: readonly LoadedComponent[], views: ReadonlyMap<string, ComponentView>): InputValidator => ({
  validate: (input) => {
    const checked = bundle.validator.validate(input)
    if (!checked.ok) return checked
    const problems = components.flatMap((component) => {
      const view = views.get(component.id)
      return view === undefined ? [] : componentProblems(component, view, checked.value)
    })
    return problems.length === 0 ? checked : { ok: false, problems }
  },
})
