"""Whether what we publish now breaks those who rely on what we released.

`schemas` compares two JSON Schemas, `operations` two OpenAPI documents, `python` two descriptions
of the SDK that `surface` wrote; `releases` says what a version excuses (docs/adr/0013).
"""
