class A { void f() { Order f = OkxOrder.of("<uuid>", "<hex32|upper>", "Limit#2024x"); } }
