"""In which language a text is written, as far as its name says: clauses of practices may be kept to some."""

from __future__ import annotations

import posixpath

from keyguard.expressions import expression

_BY_ENDING = {
    ending: language
    for language, endings in {
        "python": "py pyi pyw pyx ipynb",
        "javascript": "js mjs cjs jsx ts mts cts tsx vue svelte",
        "go": "go",
        "java": "java kt kts scala groovy",
        "csharp": "cs vb fs",
        "rust": "rs",
        "php": "php",
        "ruby": "rb",
        "shell": "sh bash zsh fish ksh ps1 psm1 bat cmd mk just",
        "docker": "dockerfile",
        "config": "env envrc yml yaml json json5 jsonc toml ini cfg conf properties cnf xml config plist tf tfvars hcl",
        "prose": "md mdx mdc rst adoc txt markdown",
        "other": "swift c h cc cpp cxx hpp m mm r jl lua dart ex exs erl hs nim pl pm sol zig gradle sql html htm",
    }.items()
    for ending in endings.split()
}
_EXAMPLE = "(?:example|sample|template|dist|tmpl|tpl)"
_BY_NAME = (
    (expression(r"(?:requirements|constraints)[\w.-]*\.(?:txt|in)|[\w.-]*requirements\.txt"), "manifest"),
    (
        expression(r"pyproject\.toml|setup\.cfg|pipfile(?:\.lock)?|(?:poetry|uv|pdm)\.lock|environment[\w.-]*\.ya?ml"),
        "manifest",
    ),
    (expression(r"(?:docker|container)file(?:\.[\w-]+)?|[\w-]+\.dockerfile"), "docker"),
    (
        expression(r"makefile|justfile|procfile|\.(?:ba|z|k)?sh(?:rc|env|_history|_profile)|\.z?profile|fish_history"),
        "shell",
    ),
    (expression(r"consolehost_history\.txt|\.?(?:history|histfile)|\.(?:ksh|tcsh|sh)_history"), "shell"),
    (
        expression(
            r"\.env(?:\.[\w.-]+)?|[\w.-]+\.env(?:\.[\w-]+)?|env[._-](?:example|sample|template|dist)|[\w.-]+\.service"
        ),
        "config",
    ),
    # An example is of the kind of what it is an example of.
    (
        expression(
            r"[\w.-]+\.(?:ya?ml|json|toml|ini|cfg|conf|properties|env)\.(?:example|sample|template|dist|tmpl|tpl)"
        ),
        "config",
    ),
    (expression(r"jenkinsfile(?:\.[\w-]+)?"), "config"),
)

_REQUIREMENTS = expression(r"(?:^|/)requirements/[\w.-]+\.(?:txt|in)$")
_DOCUMENT = expression(r"(?i)\.(?:docx|xlsx|pptx|od[tsp]|pdf)!/")  # whose members are parts of a text for people


def language_of(path: str) -> str:
    """Return the language of a file; '' where its name says none."""
    if _DOCUMENT.search(path):
        return ""
    name = posixpath.basename(path).lower()
    if _REQUIREMENTS.search(path.lower()):
        return "manifest"
    for pattern, language in _BY_NAME:
        if pattern.fullmatch(name):
            return language
    return _BY_ENDING.get(name.rpartition(".")[2], "") if "." in name else ""
