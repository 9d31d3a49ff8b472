"""The host: one Litestar API for an app shell of plugin utilities."""
