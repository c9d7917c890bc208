// Stands in bundles for `node:https`, as node-http.cjs does for `node:http`.
module.exports = process.getBuiltinModule('node:https');
