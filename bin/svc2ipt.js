#!/usr/bin/env node
// Node.js 22.1 and later keep what they compiled for the next run.
require('node:module').enableCompileCache?.();
require('../dist/program.cjs');
