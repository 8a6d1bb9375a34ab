# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).


def migrate(cr, _version):
    """Give the records of before their day in the indicators, in one update each.

    Before the fields are loaded: the ORM would compute them record by record.
    """
    zones = """
        SELECT company.id, COALESCE(calendar.tz, partner.tz, 'UTC') AS tz
          FROM res_company company
          JOIN res_partner partner ON partner.id = company.partner_id
          LEFT JOIN resource_calendar calendar
            ON calendar.id = company.resource_calendar_id
    """
    _add_visit_days(cr, zones)
    _add_ticket_days(cr, zones)
    _add_contact_days(cr, zones)


def _add_visit_days(cr, zones):
    cr.execute("ALTER TABLE airbag_intervention ADD COLUMN IF NOT EXISTS promised_date date")
    cr.execute(
        f"""
        UPDATE airbag_intervention visit
           SET promised_date = COALESCE(
                (COALESCE(visit.original_planned_start, visit.planned_start)
                    AT TIME ZONE 'UTC' AT TIME ZONE zone.tz)::date,
                LEAST(
                    contract.contract_end, contract.replaced_on, contract.terminated_on
                )
               )
          FROM sale_order contract, ({zones}) zone
         WHERE contract.id = visit.order_id
           AND zone.id = visit.company_id
           AND visit.order_line_id IS NOT NULL
           AND visit.visit_number > 0
        """
    )


def _add_ticket_days(cr, zones):
    cr.execute(
        """
        ALTER TABLE helpdesk_ticket
            ADD COLUMN IF NOT EXISTS incident_date date, ADD COLUMN IF NOT EXISTS commitment_date date
        """
    )
    cr.execute(
        f"""
        UPDATE helpdesk_ticket ticket
           SET incident_date = (COALESCE(ticket.resolved_on, ticket.received_on)
                    AT TIME ZONE 'UTC' AT TIME ZONE zone.tz)::date,
               commitment_date = CASE WHEN ticket.resolution_deadline IS NOT NULL
                    THEN (LEAST(ticket.resolved_on, ticket.resolution_deadline)
                        AT TIME ZONE 'UTC' AT TIME ZONE zone.tz)::date END
          FROM ({zones}) zone
         WHERE zone.id = ticket.company_id
        """
    )


def _add_contact_days(cr, zones):
    cr.execute("ALTER TABLE sale_order ADD COLUMN IF NOT EXISTS renewal_first_contacted_on date")
    cr.execute(
        f"""
        UPDATE sale_order contract
           SET renewal_first_contacted_on =
               (first.moment AT TIME ZONE 'UTC' AT TIME ZONE zone.tz)::date
          FROM (
                SELECT answer.order_id, MIN(answer.moment) AS moment
                  FROM (
                        SELECT order_id, contacted_on AS moment
                          FROM airbag_renewal_contact
                         WHERE outcome != 'no_answer'
                         UNION ALL
                        SELECT renewed_order_id, date_order
                          FROM sale_order
                         WHERE renewed_order_id IS NOT NULL
                           AND state = 'sale'
                           AND (terminated_on IS NULL
                                OR terminated_on >= contract_start)
                       ) answer
                 GROUP BY answer.order_id
               ) first,
               ({zones}) zone
         WHERE first.order_id = contract.id AND zone.id = contract.company_id
        """
    )
