SET ROLE dbgate_corpus_weak;
CREATE TABLE other.of_weak (id int);
SET ROLE NONE;
ALTER TABLE item ADD COLUMN a int;
