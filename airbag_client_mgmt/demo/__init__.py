from . import history, holidays
