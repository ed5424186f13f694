// Imported first by every script: says what is missing before anything newer than this file's own syntax is read.
const [major, minor] = process.versions.node.split('.').map(Number)
if (major < 20 || (major === 20 && minor < 19)) {
  process.stderr.write(
    'PAO needs Node.js 20.19 or newer, and this is ' + process.versions.node + '. Get it from https://nodejs.org and run the same command again.\n',
  )
  process.exit(1)
}
