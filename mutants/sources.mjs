const plugin = 'packages/core/src/plugin'
const files = 'packages/core/src/catalog/repository-files.ts'
const git = 'packages/adapters-git/src'
const github = 'packages/adapters-github/src'
const gitlab = 'packages/adapters-gitlab/src'
const gitContract = 'packages/adapters-git/test/contract.test.ts'
const gitSource = 'packages/adapters-git/test/git-catalog-source.test.ts'
const githubContract = 'packages/adapters-github/test/contract.test.ts'
const githubSource = 'packages/adapters-github/test/github-catalog-source.test.ts'
const githubWebhook = 'packages/adapters-github/test/webhook.test.ts'
const gitlabContract = 'packages/adapters-gitlab/test/contract.test.ts'
const gitlabSource = 'packages/adapters-gitlab/test/gitlab-catalog-source.test.ts'
const gitlabWebhook = 'packages/adapters-gitlab/test/webhook.test.ts'

const options = 'are refused, and not quoted'
const costs = 'a head that stays is asked by its ETag, and after a push only what changed is read'
const limited = 'may be tried again, and until then nothing is asked'

/** Catalogs in Git, on GitHub and on GitLab, and what hosts tell of pushes. */
export default {
  area: 'sources',
  title: 'Catalogs in Git',
  mutants: [
    { id: 'repository-unchanged', defence: 'a branch that stays costs one question', file: `${plugin}/repository-source.ts`, find: 'last?.revision === commit.id ? last : load(commit, signal)', replace: 'load(commit, signal)', by: [githubSource, costs] },
    { id: 'repository-known', defence: 'contents that are known are not read again', file: `${plugin}/repository-source.ts`, find: '      if (one !== undefined) kept.set(id, one)\n', replace: '', by: [githubSource, costs] },
    { id: 'repository-resumed', defence: 'a read that broke off is not begun from nothing', file: `${plugin}/repository-source.ts`, find: '      known.set(id, one)\n', replace: '', by: [gitlabSource, 'a first read that breaks off goes on where it was'] },
    { id: 'repository-parallel', defence: 'a host is not asked for everything at once', file: `${plugin}/repository-source.ts`, find: 'const AT_ONCE = 8', replace: 'const AT_ONCE = 9', by: [githubSource, 'no more than eight contents are asked for at once'] },
    { id: 'repository-large', defence: 'a document that is too large is unreadable', file: `${plugin}/repository-source.ts`, find: 'if (content.length > catalogLimits.fileBytes) return tooLarge', replace: 'if (content.length < 0) return tooLarge', by: [gitContract, 'a file that is too large is given as unreadable and hides no other'] },
    { id: 'repository-text', defence: 'bytes that are no text are not put in the place of others', file: `${plugin}/repository-source.ts`, find: '{ fatal: true, ignoreBOM: true }', replace: '{ ignoreBOM: true }', by: [gitContract, 'a file that is no UTF-8 text is given as unreadable and hides no other'] },
    { id: 'repository-count', defence: 'a repository with too many documents is refused and not cut off', file: `${plugin}/repository-source.ts`, find: 'if (documents.length > catalogLimits.files) throw', replace: 'if (documents.length < 0) throw', by: [githubContract, 'more documents than the limit throw, and none is cut off'] },
    { id: 'repository-owners', defence: 'owners that cannot be read are no reason to serve without them', file: `${plugin}/repository-source.ts`, find: '\'unreadable\' in content) throw unavailable(', replace: '\'unreadable\' in content) return undefined as never\n  if (content === null) throw unavailable(', by: [gitSource, 'owners that cannot be read are no reason to go without them'] },
    { id: 'repository-outage', defence: 'whatever fails is an outage that the port names', file: `${plugin}/repository-source.ts`, find: '    throw outage(error, description)\n', replace: '    throw error\n', by: [githubContract, 'an outage throws CATALOG_UNAVAILABLE and is no empty catalog'] },
    { id: 'repository-link', defence: 'links of a repository are not followed', file: files, find: 'if (kind === \'link\') return', replace: 'if (kind === null as never) return', by: [gitSource, 'links, names that no snapshot may have and submodules hide nothing'] },
    { id: 'repository-names', defence: 'a name that no snapshot may have hides no other document', file: files, find: 'const unreadable = !isSoundPath(path) ?', replace: 'const unreadable = path === \'\' ?', by: [gitSource, 'links, names that no snapshot may have and submodules hide nothing'] },
    { id: 'repository-areas', defence: 'YAML beside the catalog is no document', file: files, find: 'return areas.some((area) => path.startsWith(area)) ? path : undefined', replace: 'return path', by: [gitSource, 'catalog/ and bundles/ of the root; with a folder everything in it; with "." everything'] },
    { id: 'host-pause', defence: 'while a host asks for a pause nothing is called', file: `${plugin}/host-api.ts`, find: 'if (now() < pausedUntil) throw pause()', replace: 'if (now() < 0) throw pause()', by: [githubSource, limited] },
    { id: 'host-pause-end', defence: 'no pause is longer than an hour', file: `${plugin}/host-api.ts`, find: 'Math.min(Math.max(retryAfter, 1) * 1000, MOST_PAUSE_MS)', replace: '(retryAfter * 1000)', by: [githubSource, limited] },
    { id: 'push-complete', defence: 'a list of paths that the host cut off is not taken for the whole', file: `${plugin}/read-catalog-push.ts`, find: 'return isComplete(commits.length) && ', replace: 'return ', by: [githubWebhook, 'changed paths are complete or absent'] },
    { id: 'push-files', defence: 'a commit whose files the host cut off leaves the paths out', file: `${plugin}/read-catalog-push.ts`, find: 'paths.length < mostFiles && ', replace: '', by: [githubWebhook, 'a commit whose files are cut off leaves the paths out'] },
    { id: 'push-forced', defence: 'a forced push tells no paths', file: `${plugin}/read-catalog-push.ts`, find: 'forced === true || isNone(before)', replace: 'isNone(before)', by: [githubWebhook, 'changed paths are complete or absent'] },
    { id: 'push-tag', defence: 'a tag is no branch', file: `${plugin}/read-catalog-push.ts`, find: 'if (!ref.startsWith(\'refs/heads/\')) return', replace: 'if (ref === \'\') return', by: [githubWebhook, 'a tag and what is no push are other, and a ping is a ping'] },
    { id: 'git-credentials', defence: 'no credentials stand in a URL', file: `${git}/git-address.ts`, find: 'if (username !== \'\' || password !== \'\') return', replace: 'if (username === \' \' || password === \' \') return', by: [gitSource, options] },
    { id: 'git-plain-http', defence: 'http is for loopback only', file: `${git}/git-address.ts`, find: 'protocol === \'http:\' && !loopback.test(hostname)', replace: 'protocol === \'ftp:\'', by: [gitSource, options] },
    { id: 'git-transport', defence: 'nothing but http and https is a URL of a repository', file: `${git}/git-address.ts`, find: '!/^https?:\\/\\//.test(text) || ', replace: '', by: [gitSource, options] },
    { id: 'git-path', defence: 'a folder is named by an absolute path', file: `${git}/git-address.ts`, find: 'isAbsolute(text) && ', replace: '', by: [gitSource, options] },
    { id: 'git-pack-size', defence: 'a pack is read up to its cap', file: `${git}/git-http.ts`, find: 'maxBodyBytes: maxBytes', replace: 'maxBodyBytes: Infinity', by: [gitSource, 'a pack that is larger than was admitted'] },
    { id: 'git-pile', defence: 'what was fetched does not pile up for ever', file: `${git}/remote-repository.ts`, find: 'fetched.fetches < MOST_FETCHES', replace: 'fetched.fetches < Infinity', by: [gitSource, 'force pushes and a branch that goes back are followed, and what was fetched does not pile up'] },
    { id: 'git-damaged', defence: 'a document is of the commit that was fetched', file: `${git}/remote-repository.ts`, find: 'if (fetched?.commit !== commit) fetched = await update(signal)', replace: 'if (fetched === undefined) fetched = await update(signal)', by: [gitContract, 'each change of a document gives another revision'] },
    { id: 'github-signature', defence: 'a delivery that GitHub did not sign is not verified', file: `${github}/webhook.ts`, find: 'return timingSafeEqual(Buffer.from(sent, \'hex\'), createHmac(\'sha256\', secret).update(rawBody).digest())', replace: 'return timingSafeEqual(Buffer.from(sent, \'hex\'), Buffer.from(sent, \'hex\')) || createHmac === undefined || rawBody === undefined', by: [githubWebhook, 'a delivery is verified by its secret, byte for byte, and by no other'] },
    { id: 'github-empty-secret', defence: 'an empty secret verifies nothing', file: `${github}/webhook.ts`, find: ' || secret === \'\'', replace: '', by: [githubWebhook, 'an empty secret verifies nothing'] },
    { id: 'github-same-verdict', defence: 'the same verdict is shown once', file: `${github}/publish-verdict.ts`, find: '?.[\'external_id\'] === digest) return', replace: '?.[\'external_id\'] === \'\') return', by: [githubContract, 'a verdict is shown at its commit, and the same one again changes nothing'] },
    { id: 'github-broken-verdict', defence: 'a verdict that broke off is not taken for shown', file: `${github}/publish-verdict.ts`, find: 'index === shown.length - 1 ? done : { status: \'in_progress\' }', replace: 'done', by: [githubSource, 'that broke off is shown whole the next time'] },
    { id: 'github-truncated', defence: 'a tree that GitHub cut off is not taken for the whole', file: `${github}/github-repository.ts`, find: 'return whole.truncated ? walked(id, folder, signal) : ', replace: 'return ', by: [githubSource, 'a tree that GitHub cuts off is read folder by folder, where it matters'] },
    { id: 'github-archive', defence: 'where GitHub gives no archive documents are read one by one', file: `${github}/github-repository.ts`, find: '      told(error)\n', replace: '      throw error\n', by: [githubSource, 'goes one by one where there is no archive, and says so'] },
    { id: 'github-ids', defence: 'what GitHub gives goes into no path unchecked', file: `${github}/github-repository.ts`, find: '|| !idPattern.test(found)', replace: '', by: [githubSource, 'is one too'] },
    { id: 'github-token-end', defence: 'a token of an app is made anew before it ends', file: `${github}/github-credentials.ts`, find: 'kept !== undefined && now() < kept.until', replace: 'kept !== undefined', by: [githubSource, 'one token serves many calls, and is made anew before it ends'] },
    { id: 'github-key', defence: 'a private key is quoted by no error', file: `${github}/github-credentials.ts`, find: '    // Its own message may quote the key.\n', replace: '    throw new Error(key)\n', by: [githubSource, 'a token that is not accepted is forgotten, and a wrong app or key is told without it'] },
    { id: 'gitlab-empty-secret', defence: 'an empty token verifies nothing', file: `${gitlab}/webhook.ts`, find: 'return secret !== \'\' && (asText || asBytes)', replace: 'return asText || asBytes', by: [gitlabWebhook, 'an empty secret verifies nothing'] },
    { id: 'gitlab-token', defence: 'a delivery without GitLab\'s token is not verified', file: `${gitlab}/webhook.ts`, find: '(asText || asBytes)', replace: '(asText || asBytes || sent !== \'\')', by: [gitlabWebhook, 'a delivery is verified by its secret, byte for byte, and by no other'] },
    { id: 'gitlab-complete', defence: 'twenty commits of more are not taken for all', file: `${gitlab}/webhook.ts`, find: 'listed === count', replace: 'listed > 0 || count === undefined', by: [gitlabWebhook, 'changed paths are complete or absent'] },
    { id: 'gitlab-next-page', defence: 'a link of GitLab leads nowhere but to the next page', file: `${gitlab}/gitlab-repository.ts`, find: 'for (const name of [\'page_token\', \'page\'])', replace: 'for (const name of found.keys())', by: [gitlabSource, 'a next page is asked of the project alone, wherever its link leads'] },
    { id: 'gitlab-pages', defence: 'a list is read to its last page', file: `${gitlab}/gitlab-repository.ts`, find: '      page = nextPage(answer)\n', replace: '      page = nextPage(answer) === \'\' ? \'\' : undefined\n', by: [gitlabSource, 'long lists come page by page, each once'] },
    { id: 'gitlab-same-verdict', defence: 'the same verdict is sent once', file: `${gitlab}/gitlab-catalog-source.ts`, find: 'if (last?.[\'status\'] === state && last[\'description\'] === description) return', replace: 'if (last?.[\'status\'] === null) return', by: [gitlabContract, 'a verdict is shown at its commit, and the same one again changes nothing'] },
    { id: 'http-bytes', defence: 'an answer that is no text comes byte by byte', file: 'packages/adapters-http/src/answer-body.ts', find: 'encoding === \'latin1\' ?', replace: 'encoding === undefined ?', by: ['packages/adapters-http/test/contract.test.ts', 'a body that is no text is given byte by byte where that is asked for'] },
  ],
  without: [
    { defence: 'how long a proof is compared tells nothing of the secret', why: 'no test can measure it here; both webhooks compare with timingSafeEqual' },
    { defence: 'of a server that gives one page again and again only one is read', why: 'without it the test would not end; a test of the defence stands' },
  ],
}
