"""OKX: its facts, and how a credential of it is checked."""
