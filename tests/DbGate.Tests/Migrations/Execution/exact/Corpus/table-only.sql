TABLE item;
