"""What makes a release: locks of packages, digests of images, lists of what is inside."""
