CLUSTER item USING item_pkey;
