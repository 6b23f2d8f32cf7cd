// Checks SARIF files against the format's own schema. Usage: node sarif.mjs <folder of node_modules> <file>…
import { createRequire } from 'node:module';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const [modules, ...files] = process.argv.slice(2);
const require = createRequire(join(modules, 'any.js'));
const Ajv = require('ajv');
const ajv = new Ajv({ schemaId: 'id', allErrors: true, unknownFormats: 'ignore', logger: false });
ajv.addMetaSchema(require('ajv/lib/refs/json-schema-draft-04.json'));
const check = ajv.compile(require('@microsoft/jest-sarif/lib/schemas/sarif-2.1.0-rtm.5.json'));
for (const file of files) {
  if (!check(JSON.parse(readFileSync(file, 'utf8')))) {
    console.error(file, JSON.stringify(check.errors, null, 1));
    process.exitCode = 1;
  }
}
