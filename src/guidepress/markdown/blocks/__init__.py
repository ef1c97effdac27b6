"""The blocks, `/// name | argument`: one a file. The syntax is that of pymdownx.blocks, the code is not."""
