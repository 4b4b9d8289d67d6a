"""Rules that hold the sheets against the files and folders of the dataset."""
