DEMO = OKXEnvironment("demo", os.environ["K"], os.environ["S"], os.environ["P"])
