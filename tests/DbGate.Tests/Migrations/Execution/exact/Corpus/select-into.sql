SELECT id INTO copied FROM item;
