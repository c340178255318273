"""The document's sections, a file each; every one is a function from the pack to what stands on the pages."""
