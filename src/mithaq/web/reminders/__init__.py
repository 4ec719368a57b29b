"""Days of instruments for people: what is ahead, what to be reminded of; page, API, feed and calendar."""
