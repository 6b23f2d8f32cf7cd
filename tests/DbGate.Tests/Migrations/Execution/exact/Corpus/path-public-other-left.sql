SET search_path TO public, other;
CREATE TABLE kept (id int);
