// Replaces `node:http` in bundles. Importing it would read each of its names, one of which loads all of undici: 40 ms
// of a cold start on Node 24, for a web socket that no function uses.
module.exports = process.getBuiltinModule('node:http');
