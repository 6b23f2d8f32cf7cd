CREATE TABLESPACE dbgate_corpus LOCATION '/nowhere';
