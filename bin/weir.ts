#!/usr/bin/env -S node --import tsx
import { runCommandLine } from './command-line.ts';

process.exitCode = await runCommandLine(process.argv);
