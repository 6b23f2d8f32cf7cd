// A real application: each call of Prisma's client in a transaction that is rolled back. Prints a line of JSON for each.
import { PrismaClient } from '@prisma/client'
import { PrismaPg } from '@prisma/adapter-pg'

const prisma = new PrismaClient({
  adapter: new PrismaPg({ connectionString: process.env.DATABASE_URL, max: 2 }),
  log: [{ emit: 'event', level: 'query' }],
})
let queries = []
prisma.$on('query', (event) => queries.push(event.query))

const ids = JSON.parse(process.env.APP_IDS ?? '{}')
const calls = {
  userByEmail: (tx) => tx.user.findUnique({ where: { email: ids.email } }),
  users: (tx) => tx.user.findMany({ take: 5, orderBy: { createdAt: 'asc' } }),
  userWithWallets: (tx) => tx.user.findMany({ where: { id: ids.user }, include: { wallets: true } }),
  userNames: (tx) => tx.user.findMany({ select: { id: true, name: true }, where: { name: { not: null } } }),
  userCreate: (tx) => tx.user.create({ data: { email: 'new@example.org', name: 'new' } }),
  userRename: (tx) => tx.user.update({ where: { id: ids.user }, data: { name: 'renamed' } }),
  userCount: (tx) => tx.user.count(),
  walletOfUser: (tx) => tx.wallet.findMany({ where: { userId: ids.user } }),
  walletBalance: (tx) => tx.wallet.update({ where: { id: ids.wallet }, data: { balance: { increment: 1 } } }),
  walletFreeze: (tx) => tx.wallet.updateMany({ where: { status: 'ACTIVE' }, data: { status: 'FROZEN' } }),
  walletSum: (tx) => tx.wallet.aggregate({ _sum: { balance: true } }),
  transactionCreate: (tx) => tx.transaction.create({ data: { idempotencyKey: 'key', type: 'DEPOSIT', amount: 5, toWalletId: ids.wallet } }),
  transactionsByStatus: (tx) => tx.transaction.findMany({ where: { status: 'COMPLETED' }, orderBy: { createdAt: 'desc' }, take: 3 }),
  transactionDone: (tx) => tx.transaction.updateMany({
    where: { id: ids.transaction }, data: { status: 'COMPLETED', completedAt: new Date(0) } }),
  entryCreate: (tx) => tx.walletLedgerEntry.create({
    data: { walletId: ids.wallet, transactionId: ids.transaction, direction: 'CREDIT', amount: 1, balanceAfter: 2 } }),
  entriesOfWallet: (tx) => tx.walletLedgerEntry.findMany({ where: { walletId: ids.wallet }, orderBy: { createdAt: 'asc' }, take: 5 }),
  entriesGone: (tx) => tx.walletLedgerEntry.deleteMany({ where: { transactionId: ids.transaction } }),
}

const rollback = new Error('rolled back')
for (const [name, call] of Object.entries(calls)) {
  queries = []
  let rows = 0
  let error = null
  try {
    await prisma.$transaction(async (tx) => {
      const result = await call(tx)
      rows = Array.isArray(result) ? result.length : typeof result === 'number' ? result : (result?.count ?? (result ? 1 : 0))
      throw rollback
    })
  } catch (fault) {
    error = fault === rollback ? null : String(fault.message).split('\n').filter((line) => line.trim()).slice(-1)[0]
  }
  console.log(JSON.stringify({ name, error, rows, queries: queries.filter((sql) => !/^(BEGIN|COMMIT|ROLLBACK|SAVEPOINT)/.test(sql)) }))
}
await prisma.$disconnect()
