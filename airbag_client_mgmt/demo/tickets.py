class Tickets:
    def __init__(self, history):
        self.history = history

    def resolve_all(self):
        pass
