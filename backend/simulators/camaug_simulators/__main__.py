"""Entry point of ``python -m camaug_simulators``."""

from camaug_simulators.cli import main

if __name__ == "__main__":
    main()
