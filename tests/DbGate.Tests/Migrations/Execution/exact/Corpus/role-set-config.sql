SELECT set_config('role', 'dbgate_corpus_weak', false);
CREATE TABLE other.of_weak (id int);
RESET ROLE;
