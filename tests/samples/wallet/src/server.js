// The wallet service's HTTP face: GET /ready says whether this release may take traffic.
import http from 'node:http'
import { readdirSync } from 'node:fs'
import pg from 'pg'

const url = new URL(process.env.DATABASE_URL)
url.searchParams.delete('schema')
url.searchParams.delete('connection_limit')
const pool = new pg.Pool({ connectionString: url.toString(), max: 2, connectionTimeoutMillis: 5000 })
const migrations = readdirSync('prisma/migrations', { withFileTypes: true }).filter((entry) => entry.isDirectory()).map((entry) => entry.name)

async function readMigrations() {
  const { rows } = await pool.query('SELECT migration_name AS name, finished_at IS NOT NULL AS finished FROM _prisma_migrations WHERE rolled_back_at IS NULL')
  const failed = rows.filter((row) => !row.finished).length
  const pending = migrations.filter((name) => !rows.some((row) => row.name === name)).length
  const issues = [pending && `${pending} pending`, failed && `${failed} failed`].filter(Boolean)
  return issues.length
    ? { ok: false, details: `Migration issues: ${issues.join(', ')}` }
    : { ok: true, details: `${migrations.length}/${migrations.length} migrations applied` }
}

const server = http.createServer(async (request, response) => {
  if (request.url !== '/ready') return response.writeHead(404).end()
  const result = await readMigrations().catch((error) => ({ ok: false, details: `Database unreachable: ${error.code ?? error.message}` }))
  response.writeHead(result.ok ? 200 : 503, { 'content-type': 'application/json' })
  response.end(JSON.stringify({ status: result.ok ? 'ready' : 'not_ready', checks: { migrations: result } }))
})
server.listen(Number(process.env.PORT ?? 3000), process.env.HOST, () => console.log(`listening on ${server.address().port}`))
