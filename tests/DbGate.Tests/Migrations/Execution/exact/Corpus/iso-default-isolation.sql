SET default_transaction_isolation = 'repeatable read';
UPDATE item SET note = 'u' WHERE id <= 5;
