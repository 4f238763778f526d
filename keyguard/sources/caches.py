"""Where package managers, editors, shells and pre-commit keep clones of other people's repositories.

A home folder holds hundreds of these, and nobody writes in them. They are known by their place below what is scanned:
who names such a place has it read.
"""

from __future__ import annotations

_PLACES = """
    .cache Library/Caches .var/app
    .npm .yarn .bundle .gem bundler/gems .composer/cache .cocoapods .swiftpm .nuget .julia/clones .julia/registries
    .opam .stack .cabal .hex .mix .gradle .ivy2 .sbt .conan .conan2 .platformio .arduino15 .rustup .cargo
    go/pkg/mod .pnpm-store .local/share/pnpm .pub-cache .deno .ghcup .elan .nimble .luarocks .spack .espressif
    .terraform Library/Developer/Xcode/DerivedData .build/checkouts .build/repositories Carthage/Checkouts
    .local/share/pipx .local/pipx
    .pyenv .rbenv .nodenv .goenv .jenv .tfenv .nvm .asdf .sdkman .rvm .local/share/mise .linuxbrew Homebrew/Library
    .vim/plugged .vim/bundle .vim/pack .config/nvim/plugged .local/share/nvim .local/share/lunarvim .vscode/extensions
    .vscode-server .vscode-oss .vscode-insiders .cursor .windsurf .emacs.d/straight
    .emacs.d/elpa .emacs.d/.local .config/emacs/straight .config/emacs/elpa .config/emacs/.local .config/coc
    .local/share/zed
    .oh-my-zsh .bash-it .zinit .zplug .zgen .zgenom .zim .antigen .antidote .local/share/zinit .local/share/omf
    .tmux/plugins .config/tmux/plugins .fzf
""".split()

_KNOWN = tuple(f"/{place}/" for place in _PLACES)

WHAT = "repositories of package managers, editors and pre-commit (--all reads them)"


def holds(path: str) -> bool:
    """Say whether a folder, by its path below what is scanned, lies in one of these places or is one."""
    whole = f"/{path.strip('/')}/"
    return any(place in whole for place in _KNOWN)
