// Root `preinstall`: this workspace is installed by pnpm, and others would "succeed" with the root's packages only. npm is stopped
// earlier, by `engines.npm` and .npmrc: it runs this only after it has installed.
import process from 'node:process'

const userAgent = process.env.npm_config_user_agent ?? ''
if (userAgent.startsWith('npm/') || userAgent.startsWith('yarn/') || userAgent.startsWith('bun/')) {
  process.stderr.write(
    '\nThis workspace uses pnpm. "npm start" and "npm test" install everything by themselves;\n' +
    'to install only: npx -y pnpm@10.34.9 install\n\n',
  )
  process.exit(1)
}
