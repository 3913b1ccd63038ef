"""`python -m xuncha`: the command line without its console script."""

from xuncha.cli import main

main()
