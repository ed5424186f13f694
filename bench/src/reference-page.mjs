import { comparisonCells, comparisonHead } from './comparison.mjs'
import { detailHead, detailRows } from './engine-details.mjs'
import { markdownTable } from './table.mjs'

const list = (lines) => lines.map((line) => `- ${line}`).join('\n')

/** docs/reference/benchmarks.md, whole. */
const titles = { pao: 'In process', http: 'The server, over HTTP' }

const profileSection = (profiles) => profiles.length === 0 ? '' : `
## Where the time goes

A mark was missed, so here is what the processor did at 64 in flight.
${profiles.map(({ name, text }) => `
### ${titles[name]}

\`\`\`text
${text}
\`\`\`
`).join('')}`

export const referencePage = ({ comparisons, samples, machine, date, command, quiet, profiles }) => `# Benchmarks

What PAO does beside its peers, beside what the database allows, and beside the bare libraries that it is made of. Written by
\`${command}\` on ${date}; run it on your own machine before you believe it: only ratios within one run count.

${list([...machine, quiet])}

## PAO beside the others

${markdownTable(comparisonHead, comparisons.map(comparisonCells))}

- Every figure is the median of the rounds, with the least and the most in brackets. *PAO is* is PAO's figure over theirs, round by round:
  the candidates take turns, so that neighbours in time meet the same machine. Of times, commits and CPU less is better.
- A *mark* is what PAO is held to. An *aim* is where it wants to be; a missed one is a reason to look, not a fault.
- Requests a second: a request has three steps that do nothing; each step's output of about 200 bytes is kept before the next begins, its
  input has about 300. So many are in flight at every moment; the next is submitted when one has ended, and a request has ended when the commit that
  says so is durable.

## The engines by themselves

${markdownTable(detailHead, detailRows(samples))}

- One process and one pool of ten connections each, on a database of its own, which is checked afterwards: every request ended well, every
  step's output is there, nothing is there twice. A run that lost something fails.
- **PAO**: everything on. The form is checked, the templates of each step are rendered and checked, every event is in the hash-chained
  history, every write carries the claim's epoch, Idempotency-Keys are kept, a line is logged a step. Its steps are an action in the same process.
- **PAO over HTTP**: \`POST /requests\` with \`Prefer: wait\`, one connection for each request in flight, so that the answer is the completed
  request; that costs one read each. The load generator is a process of its own on the same cores. The peers that it is compared with are
  called in their own process.
- **DBOS**: a workflow of three steps, started in the process that runs it: its shortest path.
- **pg-boss**, **graphile-worker**: one job a request, which keeps its three outputs in a table one by one; their fastest settings. They are
  queues, so they are loaded with a backlog as well, and at 64 in flight PAO is compared with the better of the two. pg-boss polls; here a
  worker is told of each job that is sent, else an idle one waits for half a second.
- **Coalesced floor**, **lean floor**: written by hand: requests, steps and audit rows and nothing else; no fence, no check, no template.
  The lean one has four statements and four commits for three steps. The coalesced one shares commits between the requests in flight,
  at most two flushes at once, at least 32 rows a flush where there are as many.
- *Commits* are the COMMIT records in the write-ahead log of the whole server between two moments, counted by \`pg_get_wal_stats\`: what had to
  reach the disk. Reading transactions are none. The server's own are among them (vacuum, the peers' maintenance), at most a few.
- *CPU* is the user and system time of the engine's process (of the server, over HTTP), and apart from it that of all of PostgreSQL's processes.

## The other rows

- **GET status** is \`GET /api/v1/requests/{id}/status\` of a completed request over 32 connections; beside it bare Hono with the very statement that it reads,
  by a named statement of \`pg\` over ten connections (PAO reads over five), and bare Hono that answers a constant. *With history* is \`GET /api/v1/requests/{id}\`, which reads twice.
- **Renders**: 30 lines of JSON, 15 variables, three conditions and a loop; loaded once, every value encoded for its place, limits
  counted. Handlebars is compiled once: with \`noEscape\`, and with a helper around each value that encodes it, as an author has to write it to be safe.
- **Documents**: generated catalog items of about 170 lines, no two alike, in a fresh process each: all rules, templates and forms compiled. Beside it
  \`parseDocument\` of \`yaml\` with a line counter and nothing else. *One changed* is the catalog made again after one file has changed.
- **Starts**: from the command to the first 200 of \`/readyz\`, built, with the embedded PostgreSQL: on a new data directory, and again on the same.

Profiles of where the time goes: [bench/README.md](../../bench/README.md).
${profileSection(profiles)}`
