"""What code knows of a provider beyond its pack: a folder a provider."""
