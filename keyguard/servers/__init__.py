"""Servers on standard input and output, for programs that ask again and again: agents and editors.

    agent  -- Model Context Protocol --> mcp --> tools --> api
    editor -- language server protocol --> lsp --> documents --> api

A server ends when its standard input does. It writes no log: what it is sent may hold a value.
"""
