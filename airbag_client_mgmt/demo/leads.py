class Leads:
    def __init__(self, history):
        self.history = history
        self.env = history.env
        self.clock = history.clock

    def create_won(self, partner, channel, day):
        customer = self.history.ref(f"partner_{partner}")
        lead = self.env["crm.lead"].create({"type": "opportunity", "name": f"Contrato anual {customer.name}", "partner_id": customer.id, "user_id": self.history.user("comercial").id, "medium_id": self.history.ref(f"utm_medium_{channel}").id})
        return lead

    def create_open(self):
        pass
