"""The contents of the sample datasets, one module each; make_samples.py writes them."""
