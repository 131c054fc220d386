// HTTPS: a certificate of a plant's own authority, clients that check it, and what is refused.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { chmodSync, readFileSync } from 'node:fs';
import { get } from 'node:https';
import { join } from 'node:path';
import test from 'node:test';

import { Server, makeFolder, run } from './varve.mjs';

// A self-signed certificate for 127.0.0.1: { certificate, key }.
function makeCertificate(folder, name) {
  const certificate = join(folder, `${name}.pem`);
  const key = join(folder, `${name}.key`);
  const what = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2'];
  const who = ['-subj', `/CN=${name}`, '-addext', 'subjectAltName=IP:127.0.0.1'];
  execFileSync('openssl', ['req', '-x509', ...what, ...who, '-keyout', key, '-out', certificate], {
    stdio: 'ignore',
  });
  chmodSync(key, 0o600);
  return { certificate, key };
}

const settings = ({ certificate, key }) => `, certificate: ${certificate}, key: ${key}`;

class SecureServer extends Server {
  constructor(folder, files) {
    super(folder, { http: settings(files), scheme: 'https' });
    this.ca = readFileSync(files.certificate);
  }

  // fetch takes no certificate authority, so this is node's own client.
  get(path, options = {}) {
    return new Promise((resolve, reject) => {
      const asked = get(this.url + path, { ca: this.ca, agent: false, ...options }, (answer) => {
        let text = '';
        answer.on('data', (bytes) => (text += bytes));
        answer.on('end', () =>
          resolve({ status: answer.statusCode, text, protocol: answer.socket.getProtocol() }),
        );
      });
      asked.on('error', reject);
      asked.setTimeout(20000, () => asked.destroy(new Error('no answer')));
    });
  }
}

test('HTTPS, and nothing else', async (t) => {
  const folder = makeFolder(t);
  const files = makeCertificate(folder, 'plant');
  const server = await new SecureServer(folder, files).start();
  t.after(() => server.kill());

  await t.test('the certificate is shown, TLS is 1.3', async () => {
    const answer = await server.get('/health');
    assert.equal(answer.status, 200);
    assert.equal(JSON.parse(answer.text).status, 'ok');
    assert.equal(answer.protocol, 'TLSv1.3');
    assert.match(server.log, /https:\/\/127\.0\.0\.1:/);
  });

  await t.test('1.2 is spoken, 1.1 is not', async () => {
    const older = await server.get('/health', { maxVersion: 'TLSv1.2' });
    assert.equal(older.protocol, 'TLSv1.2');
    await assert.rejects(
      server.get('/health', {
        minVersion: 'TLSv1.1',
        maxVersion: 'TLSv1.1',
        ciphers: 'DEFAULT@SECLEVEL=0',
      }),
      /protocol|alert|before secure TLS/i,
    );
  });

  await t.test('a client without the authority refuses it', async () => {
    await assert.rejects(server.get('/health', { ca: undefined }), /self.signed/);
  });

  await t.test('plain HTTP gets no answer', async () => {
    await assert.rejects(fetch(`http://127.0.0.1:${server.port}/health`));
  });

  await t.test('a long answer comes whole', async () => {
    const page = await server.get('/api/v1/openapi.json');
    assert.equal(page.status, 200);
    assert.ok(JSON.parse(page.text).paths['/api/v1/history']);
  });

  await t.test('commands check the server, too', async () => {
    const blind = await run('info', '-s', server.url);
    assert.equal(blind.status, 1);
    assert.match(blind.err, /certificate/i);
    process.env.VARVE_CA_FILE = files.certificate;
    t.after(() => delete process.env.VARVE_CA_FILE);
    const good = await run('info', '-s', server.url);
    assert.equal(good.status, 0, good.err);
    assert.match(good.out, /history main: ok/);
  });
});

test('what is wrong with certificate and key is told before anything starts', async (t) => {
  const folder = makeFolder(t);
  const one = makeCertificate(folder, 'one');
  const two = makeCertificate(folder, 'two');
  const refused = async (http, command, message) => {
    const server = new Server(folder, { http });
    await server.write_config();
    const answer = await run('serve', '-c', server.config, ...command);
    assert.equal(answer.status, 1);
    assert.match(answer.err, message);
  };
  await refused(`, certificate: ${one.certificate}`, ['--check'], /http\.key is not: TLS needs both/);
  await refused(`, certificate: ${folder}/none.pem, key: ${one.key}`, ['--check'], /none\.pem/);
  await refused(
    settings({ certificate: one.key, key: one.key }),
    ['--check'],
    /one\.key is no PEM file with a "BEGIN CERTIFICATE"/,
  );
  chmodSync(one.key, 0o644);
  await refused(settings(one), ['--check'], /everyone on this machine may read .*one\.key/);
  chmodSync(one.key, 0o600);
  await refused(settings({ certificate: two.certificate, key: one.key }), [], /do not belong together/);
});
