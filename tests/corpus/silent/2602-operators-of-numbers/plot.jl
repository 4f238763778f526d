okx = Dict("id" => "<uuid:1>", "next" => "<uuid:2>")
title = "4f1c" * "88b2" ^ 2
names = {'abcd', 'face0000'}
print(f"{'total':>12}{'0000beef'}")
(str "deadbeef" "0000")
