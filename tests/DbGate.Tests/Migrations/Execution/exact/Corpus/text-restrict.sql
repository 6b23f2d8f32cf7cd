--
-- PostgreSQL database dump
--

\restrict gdDRRbBf

CREATE TABLE public.t (id integer NOT NULL);

\unrestrict gdDRRbBf
