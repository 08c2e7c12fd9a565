"""The release stage: a version becomes a folder that anyone can load, license and check offline."""
