#!/usr/bin/env node
// The command as npm links it: it runs the sources in a checkout, and the compiled code in a package.
import { existsSync } from 'node:fs';

const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
if (major < 20 || (major === 20 && minor < 19)) {
  console.error(`weir: Node: expected 20.19 or newer, found ${process.versions.node}; install a newer Node`);
  process.exit(2);
}
// A project's weir.config.ts and streams are written in TypeScript.
const { register } = await import('tsx/esm/api');
register();
const source = new URL('weir.ts', import.meta.url);
await import(existsSync(source) ? source.href : new URL('../dist/bin/weir.js', import.meta.url).href);
