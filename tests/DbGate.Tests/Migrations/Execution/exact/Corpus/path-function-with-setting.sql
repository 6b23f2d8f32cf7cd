CREATE FUNCTION f() RETURNS int LANGUAGE sql SET search_path = other AS 'SELECT 1';
SELECT f();
