SET search_path = other;
CREATE TABLE moved (id int);
