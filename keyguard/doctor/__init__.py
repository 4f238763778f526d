"""What this computer keeps of OKX credentials: the places where tools have them, who may read those, and the hooks.

    places     the table of places, and the files of a home and of projects that are there
    readers    who else may read a file
    agents     the MCP servers that an agent's settings name
    hooks      whether the hooks of a repository run keyguard
    checkup    all of it, looked at once

Everything is read and nothing run: what is found in a file is read by the same door as any other (`keyguard.api`).
"""
