"""Django application of the days ahead."""

from django.apps import AppConfig

from mithaq.web.reminders.words import STATE_WORDS


class RemindersConfig(AppConfig):
    """Brings its page, its route of the API, and the events of the calendar."""

    name = "mithaq.web.reminders"
    label = "reminders"
    api = "mithaq.web.reminders.api"
    calendar = "mithaq.web.reminders.calendar.list_events"
    feed = "mithaq.web.reminders.calendar.list_feed_events"
    state_words = STATE_WORDS
