/* one */ begin -- two
;
ALTER TABLE item ADD COLUMN a int;
commit /* three */ work;
