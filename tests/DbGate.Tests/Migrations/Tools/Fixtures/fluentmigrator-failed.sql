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
CREATE TABLE public."VersionInfo" (
    "Version" bigint NOT NULL,
    "AppliedOn" timestamp without time zone,
    "Description" character varying(1024)
);
CREATE TABLE public.customer (
    id integer NOT NULL,
    name text NOT NULL,
    email text
);
CREATE TABLE public.orders (
    id integer NOT NULL,
    customer_id integer NOT NULL,
    total numeric(19,5) NOT NULL
);
INSERT INTO public."VersionInfo" VALUES (202601010001, '2026-11-30 07:11:33.825476', 'init');
INSERT INTO public."VersionInfo" VALUES (202601010002, '2026-11-30 07:11:34.117795', 'orders');
INSERT INTO public."VersionInfo" VALUES (202601010003, '2026-11-30 07:11:34.257157', 'email');
INSERT INTO public."VersionInfo" VALUES (202601010004, '2026-11-30 07:15:24.903212', 'email index');
INSERT INTO public."VersionInfo" VALUES (202601010005, '2026-11-30 07:15:24.978995', 'drop fax');
ALTER TABLE ONLY public.customer
    ADD CONSTRAINT "PK_customer" PRIMARY KEY (id);
ALTER TABLE ONLY public.orders
    ADD CONSTRAINT "PK_orders" PRIMARY KEY (id);
CREATE UNIQUE INDEX "UC_Version" ON public."VersionInfo" USING btree ("Version");
CREATE INDEX ix_customer_email ON public.customer USING btree (email);
ALTER TABLE ONLY public.orders
    ADD CONSTRAINT "FK_orders_customer_id_customer_id" FOREIGN KEY (customer_id) REFERENCES public.customer(id);
