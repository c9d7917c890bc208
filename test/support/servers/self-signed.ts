import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { commandOnPath } from './requirement.ts';

const run = promisify(execFile);

/** A key file and a certificate file for one address, valid for a day. */
export async function selfSigned(folder: string, address: string) {
  const key = join(folder, 'key.pem');
  const certificate = join(folder, 'certificate.pem');
  await run(commandOnPath('openssl'), [
    ...['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '1'],
    ...['-subj', '/CN=weir-test', '-addext', `subjectAltName=IP:${address}`, '-keyout', key, '-out', certificate],
  ]);
  return { key, certificate };
}
