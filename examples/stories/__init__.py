"""The stories of the example book, by what they are about; each function is one client's quarter."""
