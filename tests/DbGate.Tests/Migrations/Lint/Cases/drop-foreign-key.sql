--- setup
CREATE TABLE "User" (id int PRIMARY KEY);
CREATE TABLE "Post" (id int PRIMARY KEY, "userId" int REFERENCES "User", CONSTRAINT c CHECK (id > 0));
--- err
ALTER TABLE "Post" DROP CONSTRAINT "Post_userId_fkey";
--- ok
ALTER TABLE "Post" DROP CONSTRAINT c;
