// tablerows.mjs: rows at the limits of every documented table, made from its description
// (`varve tables --format json`), as literals of each database, and what reading them must give.

const letters = [...'变量温度Жёß😀é'];

// `count` characters (code points) of several scripts, beginning with `first`.
function text(count, first) {
  let made = first.slice(0, count);
  for (let i = [...made].length; i < count; i++) made += letters[i % letters.length];
  return made;
}

const whole = { tinyint: [0n, 127n], int: [-(2n ** 31n), 2n ** 31n - 1n], bigint: [-(2n ** 63n), 2n ** 63n - 1n] };
export const doubles = { least: -Number.MAX_VALUE, most: Number.MAX_VALUE, other: 5e-324 };
// SQLite's own program neither reads nor writes the last digit of the largest ones in decimal
// (3.40); src/sql/tables_test.c has those, in binary.
export const roundDoubles = { least: -1e308, most: 1e308, other: 0.1 };
const times = { least: '1000-01-01T00:00:00.000Z', most: '9999-12-31T23:59:59.999Z', other: '2024-11-05T01:02:03.004Z' };
const blobs = { least: '', most: 'ff00275c0a0d'.repeat(20000), other: '00' }; // past 65,535 bytes

function wholeNumber(column, kind) {
  if (column.numbered) return { least: 1n, most: column.type === 'bigint' ? 2n ** 53n + 1n : BigInt(column.most ?? 2 ** 31 - 1), other: 7n }[kind];
  if (column.choices) {
    const values = column.choices.map((c) => BigInt(c.value)).sort((a, b) => (a < b ? -1 : 1));
    return { least: values[0], most: values.at(-1), other: values[Math.min(1, values.length - 1)] }[kind];
  }
  const [least, most] = 'least' in column ? [BigInt(column.least), BigInt(column.most)] : whole[column.type];
  return { least, most, other: least < 11n && most > 11n ? 11n : least + 1n }[kind];
}

function textValue(column, kind, indexed) {
  if (column.choices) return column.choices.at({ least: 0, most: -1, other: 1 }[kind]);
  if (column.bits) {
    const count = column.fixed || kind === 'most' ? column.width : 1;
    return { least: '0', most: '01', other: '1' }[kind].repeat(column.width).slice(0, count);
  }
  if (column.fixed) return text(column.width, { least: 'a', most: 'z', other: 'm' }[kind]);
  if (kind === 'most' && column.width) return text(column.width, 'z');
  // Of any length: in an index the longest name in Latin letters, else past 65,535 bytes.
  if (kind === 'most') return indexed ? 'ni hao '.repeat(255) : text(70000, 'z');
  return { least: '', other: ' a\'"`\\%\t\n; -- ' }[kind].slice(0, column.width ?? 100);
}

// A value that no other row has, where the column can have so many: for keys. `nth` from 1 to 9.
export function fresh(column, nth) {
  if (column.choices || column.fixed || column.bits) return value(column, 'other');
  if (column.type === 'text') return `n${nth}`;
  if (column.type === 'datetime') return new Date(Date.UTC(2024, 10, 6, nth));
  return ['int', 'bigint'].includes(column.type) ? 20n + BigInt(nth) : value(column, 'other');
}

// `real`: the doubles to take; `indexed`: whether the column stands in an index.
function value(column, kind, { real, indexed } = {}) {
  if (kind === 'nulls') return column.not_null ? fresh(column, 1) : null;
  if (column.reference?.zero_is_none) return 0n; // a database does not look at those
  switch (column.type) {
    case 'double': return 'least' in column && kind !== 'other' ? column[kind] : real[kind];
    case 'boolean': return kind !== 'least';
    case 'datetime': return new Date(times[kind]);
    case 'blob': return Buffer.from(blobs[kind], 'hex');
    case 'text': return textValue(column, kind, indexed);
    default: return wholeNumber(column, kind);
  }
}

export const kinds = ['least', 'most', 'other', 'nulls'];

// The columns that a database holds against another table.
export function foreignKeys(table) {
  return table.kind === 'ledger' ? table.columns.filter((c) => c.reference && !c.reference.zero_is_none) : [];
}

// Rows of every table by name: least, most and other, and `nulls` with null wherever it is allowed.
// A row refers to the row of its own kind in the other table.
export function makeRows(tables, real = doubles) {
  const rows = {};
  for (const table of tables) {
    const made = Object.fromEntries(kinds.map((kind) => [kind, {}]));
    const foreign = new Set(foreignKeys(table));
    const indexes = new Set(table.indexes.flatMap((index) => index.columns));
    for (const column of table.columns) {
      const indexed = indexes.has(column.name);
      for (const kind of kinds) {
        const parent = foreign.has(column) ? rows[column.reference.table][kind] : null;
        made[kind][column.name] = parent ? parent[column.reference.column] : value(column, kind, { real, indexed });
      }
    }
    rows[table.name] = made;
  }
  return rows;
}

const hex = (v) => Buffer.from(v, 'utf8').toString('hex');
const stamp = (date) => date.toISOString().replace('T', ' ').replace('Z', '');

// How each database writes a value, and reads a column so that one line of text tells it exactly:
// text and bytes in hexadecimal, times as milliseconds.
const forms = {
  sqlite: {
    quote: (name) => `"${name.replaceAll('"', '""')}"`,
    text: (v) => `CAST(x'${hex(v)}' AS TEXT)`,
    blob: (v) => `x'${v.toString('hex')}'`,
    boolean: (v) => (v ? '1' : '0'),
    datetime: (v) => String(v.getTime()),
    double: (v) => v.toExponential(),
    // hex(NULL) is an empty text here.
    read: {
      text: (c) => `iif(${c} IS NULL, NULL, hex(${c}))`,
      blob: (c) => `iif(${c} IS NULL, NULL, hex(${c}))`,
      double: (c) => `iif(${c} IS NULL, NULL, printf('%!.17g', ${c}))`,
    },
  },
  postgres: {
    quote: (name) => `"${name.replaceAll('"', '""')}"`,
    text: (v) => `convert_from('\\x${hex(v)}', 'UTF8')`,
    blob: (v) => `'\\x${v.toString('hex')}'::bytea`,
    boolean: (v) => (v ? 'TRUE' : 'FALSE'),
    datetime: (v) => `'${stamp(v)}+00'`,
    double: (v) => `'${v}'`,
    read: {
      text: (c) => `encode(convert_to(${c}, 'UTF8'), 'hex')`,
      blob: (c) => `encode(${c}, 'hex')`,
      boolean: (c) => `${c}::int`,
      datetime: (c) => `(extract(epoch FROM ${c}) * 1000)::bigint`,
    },
  },
  mysql: {
    quote: (name) => `\`${name.replaceAll('`', '``')}\``,
    text: (v) => (v === '' ? "''" : `_utf8mb4 x'${hex(v)}'`),
    blob: (v) => `x'${v.toString('hex')}'`,
    boolean: (v) => (v ? 'TRUE' : 'FALSE'),
    datetime: (v) => `'${stamp(v)}'`,
    double: (v) => v.toExponential(),
    read: {
      text: (c) => `hex(${c})`,
      blob: (c) => `hex(${c})`,
      datetime: (c) => `timestampdiff(MICROSECOND, '1970-01-01', ${c}) DIV 1000`,
    },
  },
};

export function quote(database, name) {
  return forms[database].quote(name);
}

function literal(database, column, v) {
  if (v === null) return 'NULL';
  return (forms[database][column.type] ?? String)(v);
}

export function insert(database, table, row, columns = table.columns) {
  const { quote: q } = forms[database];
  const given = columns.filter((c) => row[c.name] !== undefined);
  return (
    `INSERT INTO ${q(table.name)} (${given.map((c) => q(c.name)).join(', ')}) ` +
    `VALUES (${given.map((c) => literal(database, c, row[c.name])).join(', ')})`
  );
}

export function where(database, table, row, names = table.key) {
  const q = forms[database].quote;
  return names
    .map((name) => {
      const column = table.columns.find((c) => c.name === name);
      return `${q(name)} = ${literal(database, column, row[name])}`;
    })
    .join(' AND ');
}

export function select(database, table, row) {
  const { quote: q, read } = forms[database];
  const columns = table.columns.map((c) => (read[c.type] ?? ((name) => name))(q(c.name)));
  return `SELECT ${columns.join(', ')} FROM ${q(table.name)} WHERE ${where(database, table, row)}`;
}

// The line that reading must give, each cell as text; doubles as numbers, since each database
// writes them in its own way.
export function expected(table, row) {
  return table.columns.map((column) => cell(column, row[column.name]));
}

function cell(column, v) {
  if (v === null) return 'NULL';
  switch (column.type) {
    case 'text': return hex(v);
    case 'blob': return v.toString('hex');
    case 'boolean': return v ? '1' : '0';
    case 'datetime': return String(v.getTime());
    case 'double': return v;
    default: return String(v);
  }
}

export function read(table, cells) {
  return table.columns.map((column, i) => {
    const text = cells[i];
    if (text === 'NULL') return text;
    if (column.type === 'double') return Number(text);
    return column.type === 'text' || column.type === 'blob' ? text.toLowerCase() : text;
  });
}
