SET statement_timeout = 0;
SET lock_timeout = 0;
SET idle_in_transaction_session_timeout = 0;
SET client_encoding = 'UTF8';
SET standard_conforming_strings = on;
SELECT pg_catalog.set_config('search_path', '', false);
SET check_function_bodies = false;
SET xmloption = content;
SET client_min_messages = warning;
SET row_security = off;
SET default_tablespace = '';
SET default_table_access_method = heap;
CREATE TABLE public.changelog (
    id integer NOT NULL,
    type smallint,
    version character varying(50),
    description character varying(200) NOT NULL,
    name character varying(300) NOT NULL,
    checksum character varying(32),
    installed_by character varying(100) NOT NULL,
    installed_on timestamp without time zone DEFAULT now() NOT NULL,
    success boolean NOT NULL
);
CREATE SEQUENCE public.changelog_id_seq
    AS integer
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.changelog_id_seq OWNED BY public.changelog.id;
CREATE TABLE public.customer (
    id integer NOT NULL,
    name text NOT NULL,
    email text
);
CREATE TABLE public.orders (
    id integer NOT NULL,
    customer_id integer NOT NULL,
    total numeric NOT NULL
);
ALTER TABLE ONLY public.changelog ALTER COLUMN id SET DEFAULT nextval('public.changelog_id_seq'::regclass);
INSERT INTO public.changelog VALUES (1, 2, '0', 'Empty schema found: public.', 'public', '', 'app', '2026-11-30 07:04:21.733871', true);
INSERT INTO public.changelog VALUES (2, 0, '1', 'init (44 ms)', 'V1__init.sql', '5ED704789C1134A5A6B8B4D807F76E0E', 'app', '2026-11-30 07:04:22.008962', true);
INSERT INTO public.changelog VALUES (3, 0, '2', 'orders (42 ms)', 'V2__orders.sql', 'ABEA4E2E602CAB091BBD6D94909A82AF', 'app', '2026-11-30 07:04:22.105947', true);
INSERT INTO public.changelog VALUES (5, 0, '4', 'email ix (3 ms)', 'V4__email_ix.sql', '2A83E73876C79351B6213A1A7F7440F5', 'app', '2026-11-30 07:04:22.214555', true);
INSERT INTO public.changelog VALUES (6, 0, '5', 'drop fax (0 ms)', 'V5__drop_fax.sql', '94CF54F5135A3FB406DBDCF74408596B', 'app', '2026-11-30 07:04:22.228642', true);
INSERT INTO public.changelog VALUES (7, 0, '6', 'fails (163 ms)', 'V6__fails.sql', '1EEA7ACC5336358A8DCA0F03013BC1B5', 'app', '2026-11-30 07:12:00.004289', false);
INSERT INTO public.changelog VALUES (8, 0, '6', 'fails (146 ms)', 'V6__fails.sql', '1EEA7ACC5336358A8DCA0F03013BC1B5', 'app', '2026-11-30 07:12:10.909808', false);
INSERT INTO public.changelog VALUES (4, 0, '3', 'email (4 ms)', 'V3__email.sql', '77333616FBFC7191FA4FDFD55D15BF51', 'app', '2026-11-30 07:04:22.208032', true);
INSERT INTO public.changelog VALUES (9, 0, '7', 'txoff (74 ms)', 'V7__txoff.sql', 'B9EC2A3420B24EAE8E3F00A5240DD652', 'app', '2026-11-30 07:12:36.873517', false);
SELECT pg_catalog.setval('public.changelog_id_seq', 9, true);
ALTER TABLE ONLY public.changelog
    ADD CONSTRAINT changelog_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.customer
    ADD CONSTRAINT customer_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.orders
    ADD CONSTRAINT orders_pkey PRIMARY KEY (id);
CREATE INDEX ix_customer_email ON public.customer USING btree (email);
ALTER TABLE ONLY public.orders
    ADD CONSTRAINT orders_customer_id_fkey FOREIGN KEY (customer_id) REFERENCES public.customer(id);
