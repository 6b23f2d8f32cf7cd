CREATE FUNCTION other.format(text, name, name) RETURNS text LANGUAGE sql AS 'SELECT (1/0)::text';
SET search_path = other, pg_catalog, public;
ALTER TABLE public.item ADD COLUMN a int;
SET search_path = public;
