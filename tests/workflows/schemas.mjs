// Checks workflows and actions against GitHub's schemas, as action-validator's own program does, but all in one process.
// Usage: node schemas.mjs <folder of node_modules> <file>…
import { readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { pathToFileURL } from 'node:url';

const [modules, ...files] = process.argv.slice(2);
const { validateAction, validateWorkflow } = await import(pathToFileURL(join(modules, '@action-validator/core/action_validator.js')).href);
for (const file of files) {
  const { errors } = (basename(file) === 'action.yml' ? validateAction : validateWorkflow)(readFileSync(file, 'utf8'));
  console.log(`${file}: ${errors.length === 0 ? 'valid' : JSON.stringify(errors, null, 2)}`);
  if (errors.length > 0) process.exitCode = 1;
}
