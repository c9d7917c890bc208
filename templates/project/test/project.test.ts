import assert from 'node:assert/strict';
import { test } from 'node:test';
import { projectFindings } from '@weir-lakehouse/weir/testing';

test('contracts, generators and models go together, and whoever was served by what was released still is', async () => {
  assert.deepEqual(await projectFindings('.'), []);
});
