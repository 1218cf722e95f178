"""Commands of the command line, a module each; ``app/cli.py`` names them."""
