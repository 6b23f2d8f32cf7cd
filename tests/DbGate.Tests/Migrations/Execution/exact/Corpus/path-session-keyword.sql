SET SESSION search_path = other, public;
CREATE TABLE moved (id int);
SET search_path = public;
