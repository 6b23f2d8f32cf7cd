CREATE SCHEMA third;
CREATE TABLE third.t (id int);
