"""E-forms (tờ khai điện tử) by which a citizen files a dossier (hồ sơ), made from the catalogue."""

from camaug_submit_dossier.routes import plugin

__all__ = ["plugin"]
