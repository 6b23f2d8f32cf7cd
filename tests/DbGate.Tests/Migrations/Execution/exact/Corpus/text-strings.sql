INSERT INTO item VALUES (110, 'a;b', E'c\';d'), (111, $q$e;f$q$, U&'g\003bh');
