"""Media: what editors must know of pictures and sounds to open at once, made once and kept beside the blobs."""
