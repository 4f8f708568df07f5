"""What a release is made of: its archive, its bill of materials, its digests, its documentation."""
