"""The steps of the GitHub action, which a workflow on any other host runs from an installation: the same scan."""
