"""From bytes to meaning: decoded text and its outline; knows no provider."""
