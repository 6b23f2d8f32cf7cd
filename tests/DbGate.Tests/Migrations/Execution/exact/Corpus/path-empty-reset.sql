SELECT pg_catalog.set_config('search_path', '', false);
CREATE TABLE public.dumped (id int);
RESET search_path;
