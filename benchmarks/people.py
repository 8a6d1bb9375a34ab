"""Who works and what is sold in the benchmark's companies. Runs in Odoo's shell."""

from odoo import Command

TECHNICIANS, SALESPEOPLE = 60, 20


def create_users(kind, number, group, companies):
    """Create users of a role; their logins name it."""
    return env["res.users"].create(  # noqa: F821
        [
            {
                "name": f"Bench {kind} {index}",
                "login": f"bench_{kind}_{index}",
                "group_ids": [Command.link(env.ref(group).id)],  # noqa: F821
                "company_ids": [Command.set(companies.ids)],
                "company_id": companies[0].id,
            }
            for index in range(number)
        ]
    )


main = env.ref("base.main_company")  # noqa: F821
other = env["res.company"].create({"name": "Bench Branch"})  # noqa: F821
companies = main | other
companies.resource_calendar_id.tz = "America/Bogota"
module = "airbag_client_mgmt"
create_users("technician", TECHNICIANS, f"{module}.group_technician", companies)
create_users("salesperson", SALESPEOPLE, "sales_team.group_sale_salesman", companies)
create_users("manager", 1, f"{module}.group_quality_reviewer", companies)
env["product.product"].create(  # noqa: F821
    {
        "name": "Bench service",
        "type": "service",
        "default_code": "BENCH",
        "treatment_id": env["airbag.treatment"].search([], limit=1).id,  # noqa: F821
    }
)
env.cr.commit()  # noqa: F821
