#!/usr/bin/env node
// The program itself is built; this file is there before it, so that an installation can link the command.
import '../dist/main.js'
