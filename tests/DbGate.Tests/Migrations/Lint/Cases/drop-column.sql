--- setup
CREATE TABLE "User" (id int PRIMARY KEY, name text, "Other" text);
--- err
ALTER TABLE "User" DROP COLUMN name;
--- err
ALTER TABLE "User" ADD COLUMN x int, DROP "Other" CASCADE;
--- ok
ALTER TABLE "User" ADD COLUMN x int;
ALTER TABLE "User" DROP COLUMN x;
--- ok
ALTER TABLE "User" ALTER COLUMN name DROP DEFAULT;
--- err
CREATE TABLE IF NOT EXISTS "Handmade" (id int);
ALTER TABLE "Handmade" DROP COLUMN IF EXISTS secret;
