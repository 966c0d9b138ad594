// Narrows and searches the list of postmortems.
