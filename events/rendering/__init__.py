"""Calendar files, codes of tickets, and what mails about events say."""
