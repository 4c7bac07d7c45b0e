#!/usr/bin/env node
// kubectl runs this to complete `kubectl svc2ipt`.
process.argv.splice(2, 0, 'completion-server', '--');
require('./svc2ipt.js');
