// databases.mjs: real databases for a test: SQLite by its own program; PostgreSQL and MariaDB from
// Debian's packages, each as an unprivileged user, on a private socket in a folder that is removed,
// without TCP. They end with the test, or with the process.
//
//   const server = await startPostgres(t);        // or startMariadb(t), startSqlite(t)
//   const database = await server.create('plant');
//   const { rows, errors } = await database.run(['SELECT 1', 'SELECT 2']);
//
// run() sends one statement a line: rows are the answers' lines split at tabs (null is NULL), errors
// a Map from a statement's number, from 0, to the database's words. Without `expectErrors` the
// first error is thrown.
import { spawn, spawnSync } from 'node:child_process';
import { chownSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { until } from './varve.mjs';

// The ids of a user that packages made; only root needs one: neither server runs as root.
function unprivileged(user) {
  if (process.getuid() !== 0) return {};
  const line = readFileSync('/etc/passwd', 'utf8').split('\n').find((l) => l.startsWith(`${user}:`));
  if (!line) throw new Error(`there is no user ${user}: its Debian package is missing`);
  const [, , uid, gid] = line.split(':');
  return { uid: Number(uid), gid: Number(gid) };
}

function makeFolder(owner) {
  const folder = mkdtempSync(join(tmpdir(), 'varve-db-'));
  if (owner.uid !== undefined) chownSync(folder, owner.uid, owner.gid);
  return folder;
}

// Runs a program of the database's to its end.
function must(program, args, owner) {
  const done = spawnSync(program, args, { ...owner, encoding: 'utf8', env: environment });
  if (done.error) throw new Error(`${program}: ${done.error.message}`);
  if (done.status !== 0) throw new Error(`${program}: ${done.stderr}${done.stdout}`);
}

// Nothing of the user's own settings.
const environment = { PATH: '/usr/sbin:/usr/bin:/sbin:/bin', HOME: '/nonexistent', LC_ALL: 'C.UTF-8' };

// Starts a server, waits until `probe` gives true, and stops it with `signal` when the test ends.
async function startServer(t, program, args, { owner, folder, signal, probe }) {
  let log = '';
  const child = spawn(program, args, { ...owner, cwd: folder, env: environment, stdio: ['ignore', 'pipe', 'pipe'] });
  child.stdout.on('data', (bytes) => (log += bytes));
  child.stderr.on('data', (bytes) => (log += bytes));
  const ended = new Promise((resolve) => child.on('close', resolve));
  const kill = () => child.kill('SIGKILL');
  process.on('exit', kill);
  const stop = async () => {
    child.kill(signal);
    await ended;
    process.off('exit', kill);
    rmSync(folder, { recursive: true, force: true });
  };
  t.after(stop);
  await until(`${program} answers`, () => {
    if (child.exitCode !== null) throw new Error(`${program} ended:\n${log}`);
    return probe();
  });
  return { stop };
}

// The client's standard input is the statements, one a line; `errorLine` finds a line's number.
async function runClient(program, args, statements, { errorLine, expectErrors = false, begin = [] }) {
  const child = spawn(program, args, { env: environment, stdio: ['pipe', 'pipe', 'pipe'] });
  const text = { out: [], err: '' };
  child.stdout.on('data', (bytes) => text.out.push(bytes));
  child.stderr.on('data', (bytes) => (text.err += bytes));
  child.stdin.on('error', () => {}); // it ended early; its exit tells
  child.stdin.end([...begin, ...statements].map((s) => `${s};\n`).join(''));
  const status = await new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', resolve);
  });
  const errors = new Map();
  for (const line of text.err.split('\n')) {
    const found = errorLine.exec(line);
    if (found) errors.set(Number(found[1]) - begin.length - 1, line);
  }
  if (errors.size === 0 && text.err.trim() !== '') throw new Error(text.err);
  if (!expectErrors && errors.size > 0) {
    const [nth, line] = errors.entries().next().value;
    throw new Error(`${line}\n${statements[nth]?.slice(0, 2000)}`);
  }
  if (status !== 0 && errors.size === 0) throw new Error(`${program} ended with ${status}`);
  const lines = Buffer.concat(text.out).toString('utf8').split('\n');
  lines.pop();
  return { rows: lines.map((line) => line.split('\t')), errors };
}

// A script of several lines a statement, with comments: to its end, or the first error is thrown.
async function runScript(program, args, script) {
  const done = spawnSync(program, args, { input: script, encoding: 'utf8', env: environment, maxBuffer: 1 << 26 });
  if (done.error) throw done.error;
  if (done.status !== 0 || done.stderr.trim() !== '') throw new Error(done.stderr || `${program}: ${done.status}`);
}

export async function startSqlite(t) {
  const folder = mkdtempSync(join(tmpdir(), 'varve-db-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  return {
    name: 'sqlite',
    folder,
    async create(database) {
      const file = join(folder, `${database}.db`);
      const common = ['-batch', '-noheader', '-separator', '\t', '-nullvalue', 'NULL'];
      return {
        url: `sqlite:${file}`,
        script: (text) => runScript('sqlite3', ['-bail', ...common, file], text),
        run: (statements, options = {}) =>
          runClient('sqlite3', [...common, file], statements, {
            ...options,
            begin: ['PRAGMA foreign_keys=ON'],
            errorLine: /error near line (\d+):/,
          }),
      };
    },
  };
}

function postgresBin() {
  const root = '/usr/lib/postgresql';
  const versions = existsSync(root) ? readdirSync(root).map(Number).filter((v) => v > 0) : [];
  if (versions.length === 0) throw new Error('PostgreSQL is missing (Debian package postgresql)');
  return join(root, String(Math.max(...versions)), 'bin');
}

export async function startPostgres(t) {
  const owner = unprivileged('postgres');
  const folder = makeFolder(owner);
  const bin = postgresBin();
  const data = join(folder, 'data');
  const client = ['-X', '-q', '-A', '-t', '-F', '\t', '-P', 'null=NULL', '-h', folder, '-U', 'varve'];
  must(join(bin, 'initdb'), ['-D', data, '-U', 'varve', '-A', 'trust', '-E', 'UTF8', '--locale=C.UTF-8', '-N'], owner);
  const args = ['-D', data, '-k', folder, '-c', 'listen_addresses=', '-c', 'fsync=off', '-c', 'timezone=Asia/Tokyo'];
  const probe = () =>
    spawnSync('psql', [...client, '-d', 'postgres', '-c', 'SELECT 1'], { env: environment }).status === 0;
  const server = await startServer(t, join(bin, 'postgres'), args, { owner, folder, signal: 'SIGINT', probe });
  return {
    name: 'postgres',
    folder,
    stop: server.stop,
    async create(database) {
      const to = [...client, '-d', database];
      await runScript('psql', [...client, '-d', 'postgres', '-v', 'ON_ERROR_STOP=1'], `CREATE DATABASE "${database}"`);
      return {
        url: `postgres:host=${folder} user=varve dbname=${database}`,
        script: (text) => runScript('psql', [...to, '-v', 'ON_ERROR_STOP=1'], text),
        run: (statements, options = {}) =>
          runClient('psql', [...to, '-f', '-'], statements, {
            ...options,
            begin: ['SET client_min_messages = warning'],
            errorLine: /^psql:<stdin>:(\d+): ERROR:/,
          }),
      };
    },
  };
}

export async function startMariadb(t) {
  const owner = unprivileged('mysql');
  const folder = makeFolder(owner);
  const data = join(folder, 'data');
  const socket = join(folder, 'socket');
  const client = ['--no-defaults', '--batch', '--skip-column-names', '--default-character-set=utf8mb4', '--protocol=socket', '-S', socket, '-u', 'root'];
  mkdirSync(join(folder, 'tmp'));
  if (owner.uid !== undefined) chownSync(join(folder, 'tmp'), owner.uid, owner.gid);
  must('mariadb-install-db', ['--no-defaults', `--datadir=${data}`, '--auth-root-authentication-method=normal', '--skip-test-db'], owner);
  const args = ['--no-defaults', `--datadir=${data}`, `--socket=${socket}`, `--tmpdir=${folder}/tmp`, `--pid-file=${folder}/pid`,
    '--skip-networking', '--innodb-flush-log-at-trx-commit=0', '--innodb-buffer-pool-size=64M'];
  const probe = () => spawnSync('mariadb', [...client, '-e', 'SELECT 1'], { env: environment }).status === 0;
  const server = await startServer(t, '/usr/sbin/mariadbd', args, { owner, folder, signal: 'SIGTERM', probe });
  return {
    name: 'mysql',
    folder,
    stop: server.stop,
    async create(database) {
      await runScript('mariadb', client, `CREATE DATABASE \`${database}\``);
      return {
        url: `mysql:socket=${socket} user=root dbname=${database}`,
        script: (text) => runScript('mariadb', [...client, database], text),
        run: (statements, options = {}) =>
          runClient('mariadb', [...client, '--force', '--raw', database], statements, {
            ...options,
            begin: ['SET NAMES utf8mb4'],
            errorLine: /^ERROR .* at line (\d+):/,
          }),
      };
    },
  };
}
