CALL committing();
