"""What shows how an installation sends before anybody uses it: a trial dispatch, a mail catcher."""
