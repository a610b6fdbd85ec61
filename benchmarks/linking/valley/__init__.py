"""The third generator: people of an invented valley on lists that nothing here was made by."""
