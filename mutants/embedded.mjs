const src = 'packages/server/src/embedded-database'
const database = 'packages/server/test/embedded-database/embedded-database.test.ts'
const password = 'packages/server/test/embedded-database/password.test.ts'

/** The PostgreSQL that comes along. */
export default {
  area: 'embedded',
  title: 'The embedded database',
  mutants: [
    { id: 'embedded-password-mode', defence: 'the password\'s file is readable by its owner only', file: `${src}/password.ts`, find: '{ mode: 0o600 }', replace: '{ mode: 0o644 }', by: [password, 'the password is made once, kept where only its owner reads it, and nothing else is left'] },
    { id: 'embedded-password-first', defence: 'a second server does not replace the password of the first', file: `${src}/password.ts`, find: 'if (codeOf(error) === \'EEXIST\' && await read(file) !== undefined) return', replace: '', by: [password, 'of many who make it at once, all get the one that stays'] },
    { id: 'embedded-password-whole', defence: 'an empty password file is as good as none', file: `${src}/password.ts`, find: 'return password === \'\' ? undefined : password', replace: 'return password', by: [password, 'an empty file counts as none'] },
    { id: 'embedded-scram', defence: 'the database asks for a password', file: `${src}/make-cluster.ts`, find: '\'--auth=scram-sha-256\'', replace: '\'--auth=trust\'', by: [database, 'gives a durable PostgreSQL 18 on loopback'] },
    { id: 'embedded-not-root', defence: 'PostgreSQL does not run as root', file: `${src}/place.ts`, find: 'return isRoot() ? placeForRoot(home) : placeAt', replace: 'return placeAt', by: [database, 'gives a durable PostgreSQL 18 on loopback, in UTF-8, with a password of its own that only its owner can read'], },
    { id: 'embedded-cluster-mode', defence: 'only the database\'s user enters the cluster while it is made', file: `${src}/place.ts`, find: 'await mkdir(path, { mode: 0o700 })', replace: 'await mkdir(path, { mode: 0o777 })', by: [password, 'is closed to everybody else'] },
    { id: 'embedded-loopback', defence: 'the database listens on this machine only', file: `${src}/server-process.ts`, find: 'listen_addresses: \'127.0.0.1\'', replace: 'listen_addresses: \'*\'', by: [database, 'gives a durable PostgreSQL 18 on loopback'] },
    { id: 'embedded-no-socket', defence: 'the database opens no socket file', file: `${src}/server-process.ts`, find: 'unix_socket_directories: \'\'', replace: 'unix_socket_directories: \'/tmp\'', by: [database, 'gives a durable PostgreSQL 18 on loopback'] },
    { id: 'embedded-fsync', defence: 'what was committed outlives a crash of the machine', file: `${src}/server-process.ts`, find: 'fsync: \'on\'', replace: 'fsync: \'off\'', by: [database, 'gives a durable PostgreSQL 18 on loopback'] },
    { id: 'embedded-synchronous', defence: 'a commit is answered when it is on the disk', file: `${src}/server-process.ts`, find: 'synchronous_commit: \'on\'', replace: 'synchronous_commit: \'off\'', by: [database, 'gives a durable PostgreSQL 18 on loopback'] },
    { id: 'embedded-owner', defence: 'one server at a time owns a data directory', file: `${src}/ownership.ts`, find: 'if (rows[0]?.locked === true) return', replace: 'if (rows.length > 0) return', by: [database, 'of two servers at once makes one owner, and the other says so'] },
    { id: 'embedded-version', defence: 'a cluster of another major version is refused, not opened', file: `${src}/make-cluster.ts`, find: 'if (found === majorOf(binaries.version)) return', replace: 'if (found !== \'\') return', by: [database, 'for a cluster of another major version'] },
    { id: 'embedded-foreign-process', defence: 'a process that is not proven to be ours is never signalled', file: `${src}/postmaster.ts`, find: 'return await readlink(`/proc/${pid}/cwd`) === await realpath(cluster)', replace: 'return (await readlink(`/proc/${pid}/cwd`)).length > 0 && (await realpath(cluster)).length > 0', by: [database, 'a process that has got the id of the dead PostgreSQL is left alone, and does not hinder the start'] },
    { id: 'embedded-environment', defence: 'PostgreSQL gets none of the server\'s secrets', file: `${src}/run-command.ts`, find: '...Object.fromEntries(passedOn.flatMap(', replace: '...process.env,\n  ...Object.fromEntries(passedOn.flatMap(', by: ['packages/server/test/embedded-database/run-command.test.ts', 'get neither the server\'s secrets nor its PG variables'] },
    { id: 'embedded-back', defence: 'a database that ended under the server is started again', file: `${src}/start-embedded-database.ts`, find: 'takingBack = takeBack()', replace: 'takingBack = Promise.resolve()', by: [database, 'of PostgreSQL alone, the living server brings it back'] },
    { id: 'embedded-log-mode', defence: 'the database\'s log is readable by its owner only', file: `${src}/server-process.ts`, find: 'open(file, \'a\', 0o600)', replace: 'open(file, \'a\', 0o666)', by: [database, 'gives a durable PostgreSQL 18 on loopback'] },
  ],
  without: [
    { defence: 'PostgreSQL never reads half a file of settings', why: 'it is written by a rename; a test would have to meet the moment in between' },
    { defence: 'a cluster is made whole or not at all', why: 'it is made beside and renamed; a test would have to end the process in between' },
  ],
}
