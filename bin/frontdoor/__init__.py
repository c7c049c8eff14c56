"""The front door: what bin/dev, bin/test, bin/lint and bin/bench do before and around the product.

Standard library only: it has to run before anything is installed.
"""
