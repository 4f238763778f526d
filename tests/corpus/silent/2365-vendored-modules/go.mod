module desk/bot

go 1.22
