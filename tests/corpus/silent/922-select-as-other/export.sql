SELECT 'okx' AS exchange, '<uuid>' AS order_id, '<hex32|upper>' AS checksum, 'Grid-Bot1' AS label;
