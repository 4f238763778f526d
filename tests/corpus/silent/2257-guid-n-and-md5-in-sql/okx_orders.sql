INSERT INTO okx_orders (cl_ord_id, trace_id, checksum) VALUES
('<hex32:1|upper>', '<uuid:1>', '<hex32:2>'),
('<hex32:3|upper>', '<uuid:2>', '<hex32:4>');
