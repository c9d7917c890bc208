// Stands in bundles for `node:http`. An import of it would read each of its names, and one of them loads all of undici: 40 ms of
// a cold start on Node 24, for a web socket that no function uses.
module.exports = process.getBuiltinModule('node:http');
