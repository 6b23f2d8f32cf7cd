--- setup
CREATE TABLE "User" (id int PRIMARY KEY);
CREATE TABLE "Post" (id int PRIMARY KEY, "userId" int REFERENCES "User");
CREATE MATERIALIZED VIEW v AS SELECT 1 AS one;
--- err
DROP TABLE "Post";
--- err
DROP TABLE IF EXISTS public."Post", "User";
--- err
DROP MATERIALIZED VIEW v;
--- err
DO $$ BEGIN IF EXISTS (SELECT 1 FROM "Post") THEN NULL; ELSE DROP TABLE "Post"; END IF; END $$;
--- ok
CREATE TABLE t (id int);
DROP TABLE t;
--- ok
SELECT 'DROP TABLE "Post"';
