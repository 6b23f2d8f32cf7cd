SET check_function_bodies = false;
CREATE FUNCTION late() RETURNS int LANGUAGE sql AS 'SELECT id FROM not_there';
