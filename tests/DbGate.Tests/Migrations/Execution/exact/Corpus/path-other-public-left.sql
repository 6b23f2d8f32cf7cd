SET search_path = other, public;
CREATE TABLE moved (id int);
