"""Where the metadata files are: in a folder or a zip, at the places and under the names that SDS gives them."""
