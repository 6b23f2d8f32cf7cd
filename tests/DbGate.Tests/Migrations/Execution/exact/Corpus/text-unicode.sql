CREATE TABLE "Größe" ("näme;" text);
INSERT INTO "Größe" VALUES ('日本');
