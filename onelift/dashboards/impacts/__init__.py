"""Who is hit where and how hard, and what answers it."""
