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
CREATE TABLE public.schemaversions (
    schemaversionsid integer NOT NULL,
    scriptname character varying(255) NOT NULL,
    applied timestamp without time zone NOT NULL
);
CREATE SEQUENCE public.schemaversions_schemaversionsid_seq
    AS integer
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.schemaversions_schemaversionsid_seq OWNED BY public.schemaversions.schemaversionsid;
ALTER TABLE ONLY public.schemaversions ALTER COLUMN schemaversionsid SET DEFAULT nextval('public.schemaversions_schemaversionsid_seq'::regclass);
INSERT INTO public.schemaversions VALUES (1, 'dbup.Scripts.0001_init.sql', '2026-11-30 07:04:16.337844');
INSERT INTO public.schemaversions VALUES (2, 'dbup.Scripts.0002_orders.sql', '2026-11-30 07:04:16.624269');
INSERT INTO public.schemaversions VALUES (3, 'dbup.Scripts.0003_email.sql', '2026-11-30 07:04:16.664352');
INSERT INTO public.schemaversions VALUES (4, 'dbup.Scripts.0004_email_ix.sql', '2026-11-30 07:04:16.665751');
INSERT INTO public.schemaversions VALUES (5, 'dbup.Scripts.0005_drop_fax.sql', '2026-11-30 07:04:16.68518');
SELECT pg_catalog.setval('public.schemaversions_schemaversionsid_seq', 5, true);
ALTER TABLE ONLY public.schemaversions
    ADD CONSTRAINT "PK_schemaversions_Id" PRIMARY KEY (schemaversionsid);
ALTER TABLE ONLY public.customer
    ADD CONSTRAINT customer_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.orders
    ADD CONSTRAINT orders_pkey PRIMARY KEY (id);
CREATE INDEX ix_customer_email ON public.customer USING btree (email);
ALTER TABLE ONLY public.orders
    ADD CONSTRAINT orders_customer_id_fkey FOREIGN KEY (customer_id) REFERENCES public.customer(id);
