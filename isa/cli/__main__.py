"""`python -m isa.cli`, where the command is not on the path."""

from isa.cli import main

main()
