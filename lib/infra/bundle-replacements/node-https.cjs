// Replaces `node:https` in bundles, as node-http.cjs replaces `node:http`.
module.exports = process.getBuiltinModule('node:https');
