const paper = new OkxOrder('<uuid>', 'demo', '<hex32|upper>');
