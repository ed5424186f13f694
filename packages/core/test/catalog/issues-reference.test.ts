import { expect, test } from 'vitest'
import { catalogIssueCodes } from '../../src/catalog/issue-codes.js'

const severities = {
  error: 'error: the file is not served',
  strict: 'error in `strict`, warning in `compat`',
  warning: 'warning',
  blocks: 'warning; the item is shown and cannot be ordered',
}

/** `npx vitest run packages/core/test/catalog/issues-reference.test.ts -u` writes it anew. */
test('the reference of issues is that of the code', async () => {
  const rows = Object.entries(catalogIssueCodes).map(([code, { severity, title, cure }]) => `| \`${code}\` | ${severities[severity]} | ${title} | ${cure} |`)
  const page = [
    '# Issues of documents', '',
    'Every issue has a code, a severity, the path in the document, file, line and column, a message and, where something near is known, a suggestion.', '',
    '| code | severity | what it means | cure |', '| --- | --- | --- | --- |', ...rows, '',
  ].join('\n')
  await expect(page).toMatchFileSnapshot('../../../../docs/reference/issues.md')
})
