class Surveys:
    def __init__(self, history):
        self.history = history

    def ask(self, visits):
        pass
