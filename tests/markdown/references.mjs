// What GitHub would link in Markdown texts: mentions, issues, commits and addresses, one "text -> address" a line.
// Usage: node references.mjs <folder of node_modules> <owner/name> <file>…
import { createRequire } from 'node:module';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

const [modules, repository, ...files] = process.argv.slice(2);
const require = createRequire(join(modules, 'any.js'));
const load = async (name) => (await import(pathToFileURL(require.resolve(name)).href)).default ?? (await import(pathToFileURL(require.resolve(name)).href));
const { unified } = await load('unified');
const [parse, gfm, github] = [await load('remark-parse'), await load('remark-gfm'), await load('remark-github')];

const text = (node) => node.value ?? (node.children ?? []).map(text).join('');
const walk = (node) => {
  if (node.type === 'link') console.log(`${text(node)} -> ${node.url}`);
  (node.children ?? []).forEach(walk);
};
const pipeline = unified().use(parse).use(gfm).use(github, { repository });
for (const file of files) walk(pipeline.runSync(pipeline.parse(readFileSync(file, 'utf8'))));
