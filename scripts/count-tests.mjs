// count-tests.mjs TESTLOG: counts the cases in a meson testlog.json.
//
// Prints "passed failed skipped" on its last line, and before it one line for each test that
// failed (with the end of what it said) or skipped (with its reason). A cmocka binary and a node
// test file count case by case, whatever else ran counts as one.
import { readFileSync } from 'node:fs';

const sum = { passed: 0, failed: 0, skipped: 0 };

function add(passed, failed, skipped) {
  sum.passed += passed;
  sum.failed += failed;
  sum.skipped += skipped;
}

// cmocka's own lines; a case that began and neither passed nor skipped has failed.
function countCmocka(text) {
  const begun = text.match(/^\[ RUN {6}\] /gm);
  if (begun === null) return null;
  const passed = (text.match(/^\[ {7}OK \] /gm) ?? []).length;
  const skips = new Set(text.match(/^\[ {2}SKIPPED \] (?!\d+ test)\S.*$/gm) ?? []);
  return { passed, skipped: skips.size, failed: Math.max(0, begun.length - passed - skips.size),
    reasons: [...skips].map((line) => line.slice(13)) };
}

// The closing lines of node --test.
function countNode(text) {
  const figure = (name) => text.match(new RegExp(`^# ${name} (\\d+)$`, 'm'));
  if (figure('pass') === null || figure('fail') === null) return null;
  const reasons = [...text.matchAll(/^\s*ok \d+ - (.*) # SKIP(.*)$/gm)].map((m) => m[1] + ':' + m[2]);
  return { passed: +figure('pass')[1], failed: +figure('fail')[1] + +(figure('cancelled')?.[1] ?? 0),
    skipped: +(figure('skipped')?.[1] ?? 0), reasons };
}

function lastLines(text, count) {
  return text.trimEnd().split('\n').slice(-count).join('\n');
}

for (const line of readFileSync(process.argv[2], 'utf8').split('\n')) {
  if (line === '') continue;
  const test = JSON.parse(line);
  const text = (test.stdout ?? '') + '\n' + (test.stderr ?? '');
  const broken = !['OK', 'SKIP', 'EXPECTEDFAIL'].includes(test.result);
  if (test.result === 'SKIP') {
    add(0, 0, 1);
    console.log(`skipped: ${test.name}: ${lastLines(text, 1)}`);
    continue;
  }
  const cases = countCmocka(text) ?? countNode(text) ?? { passed: broken ? 0 : 1, failed: 0, skipped: 0 };
  if (broken) cases.failed = Math.max(1, cases.failed);
  add(cases.passed, cases.failed, cases.skipped);
  for (const reason of cases.reasons ?? []) console.log(`skipped: ${test.name}: ${reason}`);
  if (cases.failed > 0) console.log(`failed: ${test.name} (${test.result})\n${lastLines(text, 40)}`);
}
console.log(`${sum.passed} ${sum.failed} ${sum.skipped}`);
