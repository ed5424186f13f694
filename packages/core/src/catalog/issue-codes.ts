import type { TemplateIssueCode } from '../template/template-issue.js'

/** What a code means, for docs and for whoever meets it. */
export interface IssueDescription {
  /** As it is told where nothing else decides: `strict` is an error in profile strict and a warning in compat, `blocks` a warning that stops ordering. */
  readonly severity: 'error' | 'strict' | 'warning' | 'blocks'
  readonly title: string
  readonly cure: string
}

const entry = (severity: IssueDescription['severity'], title: string, cure: string): IssueDescription => ({ severity, title, cure })

/** Codes of the catalog's own. Those of templates are in `TemplateIssueCode`. */
export const catalogIssueCodes = {
  // the file
  'too-large': entry('error', 'The document is larger than 1 MiB or has more than 50,000 values', 'Split it, or move large texts out of it'),
  'too-deep': entry('error', 'Something is nested deeper than 64 levels', 'Flatten it'),
  'yaml-syntax': entry('error', 'The file is not YAML', 'Correct it where the message points'),
  'several-documents': entry('error', 'The file holds more than one document', 'Write one document a file, without a second ---'),
  'empty-document': entry('error', 'The file holds no document', 'Write a document, or remove the file'),
  'anchor': entry('error', 'Anchors, aliases and merge keys are not read', 'Write the value out'),
  'yaml-tag': entry('error', 'Tags are not read', 'Remove the tag'),
  'non-json-value': entry('error', 'A value that JSON cannot hold', 'Quote it, or write another'),
  'non-text-key': entry('error', 'A key that is not a text', 'Quote it'),
  'duplicate-key': entry('error', 'A key stands twice in one object', 'Remove one of them'),
  'forbidden-name': entry('error', '__proto__, constructor and prototype are no names', 'Take another name'),
  'unquoted-template': entry('error', 'A value that begins with {{ is an object in YAML', 'Put the whole value in quotes'),
  // what kind of document it is
  'unknown-document': entry('error', 'The file is no catalog document that is known', 'Begin with version: "2.0" and kind: CatalogItem'),
  'unsupported-version': entry('error', 'The schema version is not supported', 'Write version: "2.0"'),
  'version-not-text': entry('warning', 'The schema version is a number in YAML', 'Write it in quotes: "2.0"'),
  'dialect-not-supported': entry('blocks', 'The document is written in a dialect that is recognised and not read', 'Write it in Schema v2.0'),
  'unknown-component': entry('error', 'A component depends on one that the bundle does not have', 'Name a component of the bundle'),
  'unknown-item': entry('error', 'A component names an item that the catalog does not have, or a bundle', 'Name an item of the catalog'),
  'component-blocked': entry('blocks', 'The item of a component cannot be ordered', 'Correct the item, or take another'),
  'component-field': entry('error', 'A field of an item gets no value in the bundle, or one is given to a field that there is not', 'Add the field to the form of the bundle, or give it in config'),
  'component-sealed': entry('error', 'A value is a password on one side only', 'Make both fields passwords, or neither'),
  'component-not-depended': entry('warning', 'A component reads outputs of one that it does not depend on', 'Add it to dependsOn'),
  // shape
  'missing': entry('error', 'A required key is missing', 'Add it'),
  'wrong-type': entry('error', 'A value has another type than its key takes', 'Write a value of that type'),
  'wrong-value': entry('error', 'A value is not one of those that its key takes', 'Take one of the list'),
  'wrong-format': entry('error', 'A text does not have the form that its key asks for', 'Write it as the message shows'),
  'out-of-range': entry('error', 'A number or count is outside of what its key takes', 'Stay within the range'),
  'text-length': entry('strict', 'A text is shorter or longer than its key takes', 'Write more, or less'),
  'unknown-key': entry('strict', 'A key that the format does not have', 'Remove or correct it; it is not read'),
  'near-miss': entry('warning', 'A custom constant that looks like a key of the format', 'Correct it, or choose a name that cannot be taken for that key'),
  'older-dialect': entry('warning', 'The document is written in a dialect of an earlier format', 'Nothing: it is read. New documents begin with version: "2.0"'),
  'mixed-spellings': entry('warning', 'Templates of one document are written in several languages', 'Write all of them in one: {{fields.x}}, {{#if}} … {{/if}}'),
  'mode-inferred': entry('warning', 'An earlier document names no mode; one is taken from its actions', 'Write fulfillment.strategy.mode'),
  'older-key': entry('warning', 'An older spelling of a key', 'Write the present one'),
  'older-value': entry('warning', 'An older spelling of a value', 'Write the present one'),
  'conflicting-keys': entry('error', 'Two spellings of one key say different things', 'Keep one'),
  'empty-key': entry('warning', 'A key without a value counts as absent', 'Give it a value, or remove it'),
  'not-built': entry('blocks', 'The key changes who may order, what runs or in which order, and is not carried out yet', 'Remove it, or wait for a version that carries it out'),
  'informs-only': entry('warning', 'The key is kept and shown; nothing acts on it', 'Nothing: know that nothing happens'),
  'literal-template': entry('warning', 'A template stands where templates are not expanded', 'Write the text itself'),
  // metadata
  'all-teams': entry('warning', 'visibility.teams: all means no restriction', 'Write []'),
  'constant-name': entry('strict', 'A custom constant that is not written in camel case', 'Write it in camel case: retentionDays'),
  'approvers-missing': entry('strict', 'An approval names nobody who could decide', 'Add approvers, or a list of them to each stage'),
  'inline-secret': entry('error', 'A secret stands in the document', 'Put it into the secret store and name it; then change it, for it was seen'),
  'approval-expected': entry('warning', 'require_approval without an approval among the prerequisites', 'Add a prerequisite of type approval'),
  'not-offered': entry('blocks', 'The stage of the item says that it is not for ordering', 'Set metadata.stage to preview or ga when it is'),
  'deprecation-incomplete': entry('strict', 'The item is deprecated and says neither until when nor what to do', 'Add sunset_date or migration_path'),
  'version-form': entry('warning', 'A version with a pre-release or build part', 'Use three numbers: 1.4.0'),
  'file-name': entry('warning', 'The file is not named after its item', 'Name it <item id>.yaml'),
  // the form
  'duplicate-id': entry('error', 'An id stands twice', 'Give one of them another id'),
  'validation-not-for-type': entry('strict', 'A validation that the field type does not have', 'Remove it, or take another type'),
  'pattern-refused': entry('error', 'The pattern is not one that RE2 reads', 'Write it without look-around and back-references'),
  'bounds': entry('error', 'The lower bound is above the upper one', 'Swap or correct them'),
  'bound-type': entry('error', 'A bound is not of the type of its field', 'Write a number, or a date in quotes'),
  'default-invalid': entry('error', "A default breaks the field's own rules", 'Write a default that the field takes'),
  'default-missing': entry('strict', 'A read-only or hidden field without a default never has a value', 'Give it a default'),
  'sealed-default': entry('error', 'A password has a default: no secret may stand in a document', 'Remove the default'),
  'choices-missing': entry('error', 'A select or multiselect without enum and without datasource', 'Add enum'),
  'choice-type': entry('error', 'A choice is not a text, a number or a truth value', 'Write a scalar'),
  'unknown-field-reference': entry('error', 'A condition names a field that the form does not have', 'Name a field of the form'),
  'condition-self': entry('error', 'A condition names its own field', 'Name another field'),
  'condition-cycle': entry('error', 'Conditions depend on each other in a circle', 'Break the circle'),
  'condition-depth': entry('error', 'Conditions build on each other more than 8 levels deep', 'Flatten them'),
  'condition-value': entry('error', 'The value does not fit the operator', 'in and not_in take a list; gt, gte, lt and lte a number or a date'),
  'condition-never': entry('strict', 'Conditions that no input can make true: what they decide is never shown or run', 'Compare with a value that the field can have'),
  'condition-always': entry('warning', 'A condition that every input makes true decides nothing', 'Remove it, or compare with another value'),
  'condition-sealed': entry('error', 'A condition reads a password', 'Name another field'),
  'unknown-validator': entry('strict', 'A custom validator that is not installed', 'Remove it: it is not run'),
  'data-source': entry('error', 'A data source lacks what its type needs, or has it in a form that cannot be used', 'Write it as the message says'),
  'data-source-key': entry('strict', 'A key that a data source of this type does not read', 'Remove it, or take another type'),
  'data-source-order': entry('strict', 'Options depend on a field that stands behind', 'Move that field to the front'),
  'data-source-cycle': entry('error', 'Options depend on each other in a circle', 'Break the circle'),
  'data-source-item': entry('warning', 'A data source refers to an item that the catalog does not have', 'Name an item of the catalog'),
  'data-source-http': entry('warning', 'Options are asked for over plain http', 'Write https'),
  'data-source-secret': entry('error', 'A header of a data source holds a credential in clear', 'Store it as a secret and write {{secrets.NAME}}'),
  'health-check': entry('strict', 'A health check lacks what it needs to be carried out', 'Give url for http, host and port for tcp'),
  // fulfillment
  'hybrid-mode': entry('strict', 'Mode hybrid does not exist any more', 'Write automatic or manual'),
  'manual-missing': entry('strict', 'An automatic item has no manual actions to fall back to', 'Add fulfillment.manual.actions'),
  'actions-missing': entry('error', 'The mode that runs has no actions', 'Add them'),
  'served-manually': entry('warning', 'The item is carried out manually though the document says automatic', 'Install the action that the message names'),
  'action-not-installed': entry('blocks', 'An action type is not installed', 'Install the action, or correct the type'),
  'step-id-missing': entry('strict', 'An action without id gets one made of its type and number', 'Give it an id'),
  'unknown-step': entry('error', 'A dependency names an action that does not exist in its list', 'Name an action of the list'),
  'dependency-cycle': entry('error', 'Actions depend on each other in a circle', 'Break the circle'),
  'order-contradicts': entry('strict', 'An action depends on one with a larger order', 'Let order and dependsOn agree'),
  'fallback-missing': entry('blocks', 'A fallback names no action of its list', 'Name an action of the list'),
  'rollback-not-built': entry('blocks', 'Rollbacks are not carried out yet', 'Remove the rollback, or wait for a version that carries it out'),
  'rollback-incomplete': entry('warning', 'After a failure of the bundle this stays: its action cannot take it back', 'Nothing: know that a person takes it back. Where nothing can be taken back, write error_handling: stop'),
  'rollback-target': entry('strict', 'A rollback names no action of its list', 'Name an action of the list'),
  'prerequisite-not-built': entry('blocks', 'Prerequisites are not carried out yet', 'Remove it, or wait for a version that carries it out'),
  'retry-on': entry('strict', 'A reason for a retry that is not known', 'Write timeout, error, or a failure code in capitals'),
  'unknown-condition-path': entry('error', 'A condition of an action reads something that does not exist', 'Name a field, or a path such as output.<action>.<name>'),
  'output-path': entry('error', 'An output is named after something that the action does not give', 'Name one of its outputs; what a call answers is named by config.parsing.extract first'),
  'config': entry('error', "A config breaks its action's schema", 'Correct it as the message says'),
  'config-value': entry('strict', "Some of the values that a template may give break the action's schema", 'Give a default, or let the form take only values that fit'),
  'config-key': entry('strict', 'A config has a key that its action does not know', 'Remove or correct it; it is not read'),
  'config-incomplete': entry('strict', 'The config of an action that is not installed lacks something that the format asks for', 'Add it'),
  'config-older': entry('warning', 'An older spelling in a config', 'Write the present one'),
  'action-broken': entry('error', 'An action failed while it looked at a config', 'Report it to who maintains the action'),
  // the catalog
  'duplicate-item': entry('error', 'Two files give an item of the same id', 'Give one of them another id'),
  'breaking-change': entry('strict', 'The form takes less than the version that was served before, under the same major version', 'Raise the first number of metadata.version, or take the change back'),
  'served-last-good': entry('warning', 'The file is in error; the last good version of the item stays served', 'Correct the file'),
  // who may change it
  'owner-not-codeowner': entry('error', 'The team in metadata.owner does not own the path of the file', 'Add the team to the line of CODEOWNERS that decides, move the file, or name the team that owns the path'),
  'new-category-owner': entry('error', 'The first item of a category stands where the architecture team owns nothing', 'Add the architecture team to the owners of the path, or take a category that is served'),
  'schema-owner': entry('error', 'A file under schemas/ stands where the architecture team owns nothing', 'Add the architecture team to the owners of the path'),
  'codeowners-missing': entry('warning', 'No CODEOWNERS file of the repository is read, so that nobody has to own what they change', 'Add .github/CODEOWNERS or .gitlab/CODEOWNERS, and let the source read it'),
  'codeowners-line': entry('warning', 'A line of CODEOWNERS that cannot be read and is left out', 'Correct it as the message says'),
  'many-issues': entry('warning', 'The file has more issues than are told', 'Correct those that are told first'),
} as const satisfies Readonly<Record<string, IssueDescription>>

export type CatalogIssueCode = keyof typeof catalogIssueCodes
export type IssueCode = CatalogIssueCode | TemplateIssueCode

/** What a code means; `undefined` for codes of templates and of actions, which say it in their message. */
export const describeIssue = (code: string): IssueDescription | undefined =>
  Object.hasOwn(catalogIssueCodes, code) ? catalogIssueCodes[code as CatalogIssueCode] : undefined
