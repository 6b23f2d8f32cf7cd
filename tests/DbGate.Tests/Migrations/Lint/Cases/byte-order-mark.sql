--- setup
CREATE TABLE t (id int);
--- err fails 42601
﻿CREATE TABLE u (id int);
--- ok
SELECT 1;
