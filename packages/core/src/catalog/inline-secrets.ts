import type { Findings } from './conform.js'
import type { DocumentPath } from './issue.js'
import { type SourceNode, child, itemsOf } from './source-node.js'

/** Forms that only secrets have, wherever they stand. */
const known: readonly (readonly [RegExp, string])[] = [
  [/-----BEGIN [A-Z ]*PRIVATE KEY-----/, 'a private key'],
  [/\b(?:AKIA|ASIA)[0-9A-Z]{16}\b/, 'an AWS access key'],
  [/\b(?:gh[pousr]_[A-Za-z0-9]{36,}|github_pat_\w{40,})\b/, 'a GitHub token'],
  [/\bglpat-[\w-]{20,}/, 'a GitLab token'],
  [/\bxox[abeprs]-[\w-]{10,}/, 'a Slack token'],
  [/\b(?:sk|rk)_live_\w{16,}/, 'a Stripe key'],
  [/\bAIza[\w-]{35}\b/, 'a Google API key'],
  [/\bnpm_[A-Za-z0-9]{36}\b/, 'an npm token'],
  [/\bhvs\.[\w-]{20,}/, 'a Vault token'],
  [/\beyJ[\w-]{10,}\.eyJ[\w-]{10,}\.[\w-]{10,}/, 'a signed token'],
  [/\b[a-z][a-z0-9+.-]*:\/\/[^\s/:@{}$<>"']+:[^\s/@{}$<>"']+@/i, 'an address with a password'],
]

const anyKnown = new RegExp(known.map(([{ source }]) => source).join('|'), 'i')

const SECRET_NAME = '(?:password|passwd|passphrase|secret|client[_-]?secret|token|access[_-]?token|auth[_-]?token|api[_-]?key|private[_-]?key|secret[_-]?key)'
const secretKey = new RegExp(`^(?:[\\w-]*[_-])?${SECRET_NAME}$`, 'i')
const authorization = /^(?:(?:proxy-)?authorization|x-api-key|x-auth-token)$/i
/** `"password": "…"` and `password = "…"` within a body, with a value that is written out. */
const within = new RegExp(`["']?\\b${SECRET_NAME}["']?\\s*[:=]\\s*["'](?![^"']*[{}$<>])[^"'\\s]{4,}["']`, 'i')
const mayHold = new RegExp(`${SECRET_NAME}|authorization|x-api-key|x-auth-token`, 'i')

/** What names a secret instead of being one, and what is none: a reference, a placeholder, a word that switches something. */
const isNoSecret = (text: string): boolean =>
  text.length < 4 || /\{\{|\$\{|^<.*>$|^\*+$|^(?:secret|vault|ref|env|arn|ssm|aws|file):/i.test(text) || /^(?:true|false|none|null|optional|required|enabled|disabled|generated?|auto|hashed|changeme|change-me|example|bearer|basic)$/i.test(text)

const isInName = (name: string, text: string): boolean => (secretKey.test(name) && !isNoSecret(text)) || (authorization.test(name) && !isNoSecret(text.replace(/^(?:bearer|basic|token)\s+/i, '')))

type See = (text: string, node: SourceNode, path: DocumentPath, name: string) => void

const walk = (node: SourceNode | undefined, path: DocumentPath, see: See, name = ''): void => {
  if (node === undefined) return
  if (node.kind === 'list') for (const [index, item] of node.items.entries()) walk(item, [...path, index], see, name)
  else if (node.kind === 'object') for (const [key, entry] of node.entries) walk(entry.node, [...path, key], see, key)
  else if (typeof node.value === 'string') see(node.value, node, path, name)
}

const cure = 'put it into the secret store and name it with a key that ends in _ref, or write {{secrets.NAME}} where the action takes secrets'

const checkConfigs = (findings: Findings, root: SourceNode, told: Set<SourceNode>): void => {
  const fulfillment = child(root, 'fulfillment')
  for (const mode of ['manual', 'automatic']) {
    for (const [index, action] of itemsOf(child(fulfillment, mode), 'actions').entries()) {
      walk(child(action, 'config'), ['fulfillment', mode, 'actions', index, 'config'], (text, node, path, name) => {
        if (told.has(node) || !(isInName(name, text) || within.test(text))) return
        findings.add('inline-secret', 'error', path, node.start, `${name === '' ? 'this' : name} looks like a secret that is written out: ${cure}`)
      })
    }
  }
}

/** Secrets that are written out: by forms that nothing else has, everywhere; in configs also by the names that they stand under. The text itself is never told. */
export const checkInlineSecrets = (findings: Findings, root: SourceNode, source: string): void => {
  const told = new Set<SourceNode>()
  if (anyKnown.test(source)) {
    walk(root, [], (text, node, path) => {
      const found = known.find(([pattern]) => pattern.test(text))
      if (found === undefined) return
      told.add(node)
      findings.add('inline-secret', 'error', path, node.start, `this holds ${found[1]}: ${cure}`)
    })
  }
  if (mayHold.test(source)) checkConfigs(findings, root, told)
}
