COPY item FROM stdin;
1	x	\N
\.
