"""What some people are told in place of the core: written, agreed, approved by itself."""
