import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { S3Client } from '@aws-sdk/client-s3';
import { clientDefaults } from '../../lib/adapters/aws/client-defaults.ts';
import { s3SiteFolder } from '../../lib/adapters/aws/s3-site-folder.ts';
import { customResource } from '../custom-resource.ts';
import { createHandler, type PublishedFile } from './handler.ts';

const client = new S3Client(clientDefaults);
/** The deployment puts this file beside the code. */
const files: Readonly<Record<string, PublishedFile>> = JSON.parse(
  readFileSync(join(import.meta.dirname, 'files.json'), 'utf8'),
);

export const handler = customResource({
  apply: createHandler({ files, folder: (bucket) => s3SiteFolder({ client, bucket, prefix: 'dashboard' }) }),
  fetch,
});
