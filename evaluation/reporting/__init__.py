"""The scores as words, a table and one page that opens anywhere."""
