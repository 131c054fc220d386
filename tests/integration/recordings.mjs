// recordings.mjs: the recordings of examples/plant/data and what a history must hold once they are
// imported: read and reduced here, by nothing of Varve's. Of rows with equal tag and time the later
// one wins, empty cells are no samples.
//
//   const { path, options, read } = recordings(folder)[0];
//   const { rows, samples, tags } = read();   // tags: Map of name to [[time_ms, value]...] by time
import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const data = join(dirname(fileURLToPath(import.meta.url)), '../../examples/plant/data');

// timeOf: the time of a row's cells in ms; namesOf: the tags' names by the header's cells, '' for none.
function reduce(path, separator, timeOf, namesOf) {
  const [header, ...lines] = readFileSync(path, 'utf8').trim().split(/\r?\n/);
  const names = namesOf(header.split(separator));
  const tags = new Map();
  let samples = 0;
  for (const line of lines) {
    const cells = line.split(separator);
    const time = timeOf(cells);
    names.forEach((name, i) => {
      if (!name || cells[i].trim() === '') return;
      if (!tags.has(name)) tags.set(name, new Map());
      tags.get(name).set(time, Number(cells[i]));
      samples++;
    });
  }
  for (const [name, rows] of tags) tags.set(name, [...rows].sort((a, b) => a[0] - b[0]));
  return { tags, rows: lines.length, samples };
}

const isoTime = ([time]) => Date.parse(time.length === 10 ? `${time}T00:00:00Z` : `${time.replace(' ', 'T')}Z`);

// Central European winter time, an hour ahead of UTC.
function frenchTime([date, clock]) {
  const [day, month, year] = date.split('/').map(Number);
  const [hour, minute, second] = clock.split(':').map(Number);
  return Date.UTC(year, month - 1, day, hour - 1, minute, second);
}

// The process has no times: a row every three minutes.
function withTimes(file, folder) {
  const [header, ...lines] = readFileSync(join(data, file), 'utf8').trim().split('\n');
  const path = join(folder, file);
  const timed = lines.map((line, i) => `${new Date(Date.UTC(2003, 2, 1, 0, 3 * i)).toISOString()},${line}`);
  writeFileSync(path, `time,${header}\n${timed.join('\n')}\n`);
  return path;
}

export function recordings(folder) {
  const entry = (path, options, separator, timeOf, namesOf) => ({
    path,
    options,
    read: () => reduce(path, separator, timeOf, namesOf),
  });
  const behind = (prefix, count) => (columns) => columns.map((name, i) => (i < count ? '' : `${prefix}/${name}`));
  return [
    entry(join(data, 'machine_temperature_system_failure.csv'), ['--prefix', 'NAB/Machine'], ',', isoTime, () => ['', 'NAB/Machine']),
    entry(join(data, 'ambient_temperature_system_failure.csv'), ['--prefix', 'NAB/Ambient'], ',', isoTime, () => ['', 'NAB/Ambient']),
    entry(join(data, 'opsd_germany_daily.csv'), ['--prefix', 'OPSD'], ',', isoTime, behind('OPSD', 1)),
    entry(
      join(data, 'household_2007-02-01_02.txt'),
      ['--prefix', 'UCI', '--time-format', '%d/%m/%Y %H:%M:%S', '--tz', 'Europe/Paris'],
      ';',
      frenchTime,
      behind('UCI', 2),
    ),
    entry(withTimes('tep_normal.csv', folder), ['--prefix', 'TEP'], ',', ([time]) => Date.parse(time), behind('TEP', 1)),
  ];
}

// One checksum over every value of `tags`: SHA-256 of the sorted lines "tag,time,the double's bits".
export function checksum(tags) {
  const bits = Buffer.alloc(8);
  const lines = [];
  for (const [tag, rows] of tags)
    for (const [time, value] of rows) {
      bits.writeDoubleBE(value);
      lines.push(`${tag},${time},${bits.toString('hex')}`);
    }
  return createHash('sha256').update(lines.sort().join('\n')).digest('hex');
}

export const countOf = (tags) => [...tags.values()].reduce((sum, rows) => sum + rows.length, 0);

// The sum of the rows' values, the rounding errors of its additions added at the end.
export function sumOf(rows) {
  let sum = 0;
  let lost = 0;
  for (const [, value] of rows) {
    const next = sum + value;
    lost += Math.abs(sum) >= Math.abs(value) ? sum - next + value : value - next + sum;
    sum = next;
  }
  return sum + lost;
}
