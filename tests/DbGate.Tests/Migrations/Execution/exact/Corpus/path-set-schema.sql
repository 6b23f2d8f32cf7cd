SET SCHEMA 'other';
CREATE TABLE moved (id int);
