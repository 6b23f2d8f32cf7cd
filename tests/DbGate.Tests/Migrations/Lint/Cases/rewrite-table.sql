--- setup
CREATE TABLE t (id int PRIMARY KEY);
--- err
CLUSTER t USING t_pkey;
--- err
VACUUM FULL t;
--- err
VACUUM (FULL, ANALYZE) t;
--- ok
VACUUM ANALYZE t;
