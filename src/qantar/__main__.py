"""`python -m qantar` is the same as `qantar`."""

from qantar.cli.main import main

if __name__ == "__main__":
    main()
