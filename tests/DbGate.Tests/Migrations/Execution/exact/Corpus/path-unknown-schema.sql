SET search_path = nothing;
CREATE TABLE lost (id int);
