// Cuts GitHub's own description down to the paths that DbGate calls: prism reads 13 MB in half a minute, and this in a second.
// Usage: node describe.mjs <folder of node_modules> <file to write> <path>…
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const [modules, target, ...paths] = process.argv.slice(2);
const whole = JSON.parse(readFileSync(join(modules, '@octokit/openapi/generated/api.github.com.json'), 'utf8'));
const cut = { ...whole, paths: {}, components: {}, webhooks: undefined, 'x-webhooks': undefined };

function keep(node) {
  if (Array.isArray(node)) node.forEach(keep);
  else if (node !== null && typeof node === 'object') {
    if (typeof node.$ref === 'string') {
      const [kind, name] = node.$ref.replace('#/components/', '').split('/');
      cut.components[kind] ??= {};
      if (!(name in cut.components[kind])) {
        cut.components[kind][name] = whole.components[kind][name];
        keep(cut.components[kind][name]);
      }
    }
    Object.values(node).forEach(keep);
  }
}

for (const path of paths) {
  if (!(path in whole.paths)) throw new Error(`GitHub describes no ${path}`);
  cut.paths[path] = whole.paths[path];
  keep(cut.paths[path]);
}
writeFileSync(target, JSON.stringify(cut));
