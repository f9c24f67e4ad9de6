"""A Django project with the mailroom and one kind of posting, and none of OneLift's other apps."""
