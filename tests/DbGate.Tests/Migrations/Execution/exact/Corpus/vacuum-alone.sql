VACUUM item;
