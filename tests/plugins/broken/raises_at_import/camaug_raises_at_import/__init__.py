"""Fails when it is imported, as a plugin with a missing library does."""

raise RuntimeError("this plugin cannot be imported")
