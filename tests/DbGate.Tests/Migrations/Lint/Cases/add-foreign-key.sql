--- setup
CREATE TABLE "User" (id int PRIMARY KEY);
CREATE TABLE "Post" (id int PRIMARY KEY, "userId" int);
CREATE INDEX post_user ON "Post" ("userId");
--- err
ALTER TABLE "Post" ADD CONSTRAINT "Post_userId_fkey" FOREIGN KEY ("userId") REFERENCES "User"("id") ON DELETE CASCADE ON UPDATE CASCADE;
--- ok
ALTER TABLE "Post" ADD CONSTRAINT "Post_userId_fkey" FOREIGN KEY ("userId") REFERENCES "User"("id") NOT VALID;
--- ok
CREATE TABLE "Like" ("userId" int PRIMARY KEY REFERENCES "User");
--- ok
CREATE TABLE "Like" ("userId" int PRIMARY KEY);
ALTER TABLE "Like" ADD FOREIGN KEY ("userId") REFERENCES "User";
--- err
ALTER TABLE "Post" ADD COLUMN "editorId" int DEFAULT 1 REFERENCES "User";
--- ok
ALTER TABLE "Post" ADD COLUMN "editorId" int REFERENCES "User";
--- ok fails 42601
ALTER TABLE "Post" ADD FOREIGN KEY ("userId") REFERENCES "User" NOT ENFORCED;
--- err fails 42601
ALTER TABLE "Post" ALTER CONSTRAINT "Post_pkey" ENFORCED;
