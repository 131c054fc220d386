// `varve tables` on real databases: everything that it prints is executed by SQLite, PostgreSQL and
// MariaDB, every column of every table takes its smallest, largest and longest value, null and text
// of several scripts and gives them back as they were, and keys, references and widths refuse what
// they should.
import assert from 'node:assert/strict';
import test from 'node:test';
import { startMariadb, startPostgres, startSqlite } from './databases.mjs';
import { expected, foreignKeys, fresh, insert, kinds, makeRows, quote, read, roundDoubles, select, where } from './tablerows.mjs';
import { run } from './varve.mjs';

const partition = 'ScadaTagHistory_1_day_20241105';

async function varve(...args) {
  const { status, out, err } = await run('tables', ...args);
  assert.equal(status, 0, err);
  return out;
}

const tables = JSON.parse(await varve('--format', 'json'));
let rows; // of the database that is tested
const byName = Object.fromEntries(tables.map((table) => [table.name, table]));

// Statements that must fail: those that did not, by their number, are what the test says.
async function allRefused(database, statements, reason) {
  const { errors } = await database.run(statements.map((s) => s.sql), { expectErrors: true });
  statements.forEach(({ sql, what }, nth) => {
    const error = errors.get(nth);
    assert.ok(error, `accepted: ${what}\n${sql.slice(0, 500)}`);
    assert.match(error, reason, what);
  });
}

const reasons = {
  sqlite: { unique: /UNIQUE constraint failed/, reference: /FOREIGN KEY constraint failed/ },
  postgres: { unique: /duplicate key value/, reference: /violates foreign key constraint/, width: /value too long/ },
  mysql: { unique: /ERROR 1062/, reference: /ERROR 145[12]/, width: /ERROR 1406/ },
};

const fill = (name) => tables.flatMap((table) => kinds.map((kind) => insert(name, table, rows[table.name][kind])));

// What the database itself says that it has.
const described = {
  sqlite: (table) => `SELECT name FROM pragma_table_info('${table}')`,
  postgres: (table) => `SELECT column_name FROM information_schema.columns WHERE table_name = '${table}' ORDER BY ordinal_position`,
  mysql: (table) =>
    `SELECT column_name FROM information_schema.columns WHERE table_schema = database() AND table_name = '${table}' AND extra NOT LIKE '%INVISIBLE%' ORDER BY ordinal_position`,
};

// The row under a key that no other has, as far as its references let it.
function freshKey(table, row) {
  const foreign = new Set(foreignKeys(table));
  const keys = table.columns.filter((c) => table.key.includes(c.name) && !foreign.has(c));
  return { ...row, ...Object.fromEntries(keys.map((c) => [c.name, fresh(c, 2)])) };
}

// Every row under a key that is taken already, and under every unique index that has no null in it.
function duplicates(name) {
  const statements = [];
  for (const table of tables) {
    const { most, other } = rows[table.name];
    statements.push({ sql: insert(name, table, most), what: `${table.name}: the key twice` });
    for (const index of table.indexes.filter((i) => i.unique)) {
      if (index.not_zero) continue;
      const row = freshKey(table, other);
      for (const column of index.columns) row[column] = most[column];
      statements.push({ sql: insert(name, table, row), what: `${table.name}: ${index.columns} twice` });
    }
  }
  return statements;
}

function danglers(name) {
  const statements = [];
  for (const table of tables) {
    for (const column of foreignKeys(table)) {
      const missing = column.type === 'text' ? 'nowhere' : 5n;
      const row = { ...freshKey(table, rows[table.name].other), [column.name]: missing };
      statements.push({ sql: insert(name, table, row), what: `${table.name}.${column.name} refers to nothing` });
      const parent = byName[column.reference.table];
      statements.push({
        sql: `DELETE FROM ${quote(name, parent.name)} WHERE ${where(name, parent, rows[parent.name].most)}`,
        what: `${parent.name} deleted while ${table.name}.${column.name} refers to it`,
      });
    }
  }
  return statements;
}

function tooLong(name) {
  const statements = [];
  for (const table of tables) {
    for (const column of table.columns.filter((c) => c.width)) {
      const row = { ...rows[table.name].most, [column.name]: 'я'.repeat(column.width + 1) };
      statements.push({ sql: insert(name, table, row), what: `${table.name}.${column.name}: ${column.width + 1} characters` });
    }
  }
  return statements;
}

// Texts that a careless collation takes for one; unique keys must not.
const alike = ['a', 'A', 'á', 'a\u0301', 'a ', ' a', 'ａ', 'ä', 'ae', 'æ', 'ß', 'ss', 'ё', 'е', 'І', 'I', 'ı', '1', '１', '😀', '😁', ''];

const provider = (name, text) =>
  insert(name, byName.ScadaProviderMapping, { Node: text, Provider: text }, byName.ScadaProviderMapping.columns.slice(1));

const object = (name, id, cells) =>
  insert(name, byName.TB_Objects, { ObjId: id, Type: 1n, Parent: 0n, Name: `o${id}`, ...cells });

for (const start of [startSqlite, startPostgres, startMariadb]) {
  test(start.name.slice(5), async (t) => {
    const server = await start(t);
    const { name } = server;
    const q = (identifier) => quote(name, identifier);
    const ddl = await varve('--dialect', name);
    rows = name === 'sqlite' ? makeRows(tables, roundDoubles) : makeRows(tables);
    let database;

    await t.test('the whole script, again in another database, then a partition', async () => {
      for (const fresh of ['first', 'second']) {
        database = await server.create(fresh);
        await database.script(ddl);
      }
      await database.script(await varve('--dialect', name, partition));
      await database.run([`SELECT * FROM ${q(partition)}`]);
      await assert.rejects(() => database.script(ddl), /exists/); // nothing is replaced
    });

    await t.test('tables have the columns of the catalogue, in its order and case', async () => {
      const { rows: found } = await database.run(tables.flatMap(({ name: table }) => [`SELECT '= ${table}'`, described[name](table)]));
      const wanted = tables.flatMap((table) => [[`= ${table.name}`], ...table.columns.map((c) => [c.name])]);
      assert.deepEqual(found, wanted);
    });

    await t.test('every column takes its limits, and gives them back', async () => {
      await database.run(fill(name));
      const { rows: found } = await database.run(tables.flatMap((table) => kinds.map((kind) => select(name, table, rows[table.name][kind]))));
      let nth = 0;
      for (const table of tables)
        for (const kind of kinds)
          assert.deepEqual(read(table, found[nth++] ?? []), expected(table, rows[table.name][kind]), `${table.name}, ${kind}`);
      assert.equal(found.length, nth);
    });

    await t.test('keys that are there already are refused', () => allRefused(database, duplicates(name), reasons[name].unique));

    await t.test('references to nothing are refused, and deleting what is referred to', () =>
      allRefused(database, danglers(name), reasons[name].reference));

    // SQLite takes any length; there the ledger alone refuses it (row_check.c).
    if (name !== 'sqlite')
      await t.test('texts that are too long are refused', () => allRefused(database, tooLong(name), reasons[name].width));

    await t.test('unique keys tell apart what only looks alike', async () => {
      const own = await server.create('alike');
      await own.script(await varve('--dialect', name, 'ScadaProviderMapping'));
      await own.run(alike.map((text) => provider(name, text)));
      await allRefused(own, alike.map((text) => ({ sql: provider(name, text), what: JSON.stringify(text) })), reasons[name].unique);
      const { rows: found } = await own.run([`SELECT count(*) FROM ${q('ScadaProviderMapping')} WHERE ${q('Node')} = 'a'`]);
      assert.deepEqual(found, [['1']]);
    });

    await t.test('an address is unique only where there is a device', async () => {
      const own = await server.create('address');
      await own.script(await varve('--dialect', name, 'TB_Objects'));
      await own.run([
        object(name, 1n, { DevId: 0n, MemInd: 1n }),
        object(name, 2n, { DevId: 0n, MemInd: 1n }),
        object(name, 3n, { DevId: null, MemInd: 1n }),
        object(name, 4n, { DevId: null, MemInd: 1n }),
        object(name, 5n, { DevId: 5n, MemInd: null }),
        object(name, 6n, { DevId: 5n, MemInd: null }),
        object(name, 7n, { DevId: 5n, MemInd: 1n }),
        object(name, 8n, { DevId: 6n, MemInd: 1n }),
      ]);
      await allRefused(
        own,
        [
          { sql: object(name, 9n, { DevId: 5n, MemInd: 1n }), what: 'the address of 7' },
          { sql: `UPDATE ${q('TB_Objects')} SET ${q('DevId')} = 5 WHERE ${q('ObjId')} = 8`, what: '8 moved to the address of 7' },
        ],
        reasons[name].unique,
      );
      await own.run([`UPDATE ${q('TB_Objects')} SET ${q('DevId')} = 0 WHERE ${q('ObjId')} = 7`, object(name, 9n, { DevId: 5n, MemInd: 1n })]);
    });

    await t.test('numbers are given once, and defaults are those of the catalogue', async () => {
      const own = await server.create('numbers');
      await own.script(await varve('--dialect', name, 'TB_Objects', 'TB_Modems'));
      const add = (text) => `INSERT INTO ${q('TB_Objects')} (${q('Type')}, ${q('Name')}) VALUES (0, '${text}')`;
      const { rows: found } = await own.run([
        add('one'),
        add('two'),
        `DELETE FROM ${q('TB_Objects')} WHERE ${q('ObjId')} = 2`,
        add('three'),
        `SELECT ${['ObjId', 'Parent', 'DevId', 'Period', 'DisableTrend', 'Koeff'].map(q).join(', ')} FROM ${q('TB_Objects')} ORDER BY ${q('ObjId')}`,
        `INSERT INTO ${q('TB_Modems')} (${q('Name')}) VALUES ('line')`,
        `SELECT ${['ModId', 'Kind', 'IsActive'].map(q).join(', ')} FROM ${q('TB_Modems')}`,
      ]);
      assert.deepEqual(found, [
        ['1', '0', '0', '0', '0', 'NULL'],
        ['3', '0', '0', '0', '0', 'NULL'],
        ['1', 'tcp', '1'],
      ]);
    });
  });
}
