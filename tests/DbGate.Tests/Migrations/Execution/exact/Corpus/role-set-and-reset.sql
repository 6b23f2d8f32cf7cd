SET ROLE dbgate_corpus_weak;
CREATE TABLE other.of_weak (id int);
RESET ROLE;
ALTER TABLE item ADD COLUMN a int;
