"""Outside systems, simulated by their published specification.

For development and tests only: a production install does not contain this distribution, and
nothing here knows any code of the platform. See the README for what is simulated.
"""
