SET client_encoding = 'UTF8';
INSERT INTO item VALUES (102, 'ünï', NULL);
