"""Follows dossiers (hồ sơ) for citizens, and is the desk where officers work on them."""

from camaug_track_dossier.routes import plugin

__all__ = ["plugin"]
