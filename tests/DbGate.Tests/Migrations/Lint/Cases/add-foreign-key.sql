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
