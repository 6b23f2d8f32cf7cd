BEGIN;
SELECT pg_catalog.set_config('search_path', '', true);
CREATE TABLE public.dumped (id int);
COMMIT;
