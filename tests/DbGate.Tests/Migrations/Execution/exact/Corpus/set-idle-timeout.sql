SET idle_in_transaction_session_timeout = '10s';
ALTER TABLE item ADD COLUMN a int;
