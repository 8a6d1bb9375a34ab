# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import api, models


class AirbagGroupOrder(models.AbstractModel):
    """Groups of facts put in order after they were summed, not while.

    To show the groups of technicians by name, the ORM joins their names to every
    fact and makes them part of what it groups by: on a million facts that costs
    more than the sums. Here the database groups by ids, and the few groups are
    sorted by what the other model's order says. For reports over large registers.
    """

    _name = "airbag.group.order"
    _description = "Order of Groups"

    # === BUSINESS METHODS === #
    @api.model
    def _read_group(
        self,
        domain,
        groupby=(),
        aggregates=(),
        having=(),
        offset=0,
        limit=None,
        order=None,
    ):
        directions = self._get_late_order(order, groupby)
        if limit or offset or not directions:
            return super()._read_group(
                domain, groupby, aggregates, having, offset, limit, order
            )
        groups = super()._read_group(domain, groupby, aggregates, having)
        return self._sort_groups([groups], [groupby], directions)[0]

    @api.model
    def _read_grouping_sets(self, domain, grouping_sets, aggregates=(), order=None):
        specs = {spec for groupby in grouping_sets for spec in groupby}
        directions = self._get_late_order(order, specs)
        if not directions:
            return super()._read_grouping_sets(domain, grouping_sets, aggregates, order)
        groups = super()._read_grouping_sets(domain, grouping_sets, aggregates)
        return self._sort_groups(groups, grouping_sets, directions)

    def _get_late_order(self, order, specs):
        """Return ``{spec: whether descending}`` of an order to be made late, or None.

        That is one by what is grouped by only, with a many2one among it. Anything
        else is left to the database.
        """
        directions = {}
        for part in (order or "").split(","):
            spec, *direction = part.lower().split() or [""]
            if spec not in specs or direction not in ([], ["asc"], ["desc"]):
                return None
            directions[spec] = direction == ["desc"]
        fields = [self._fields.get(spec) for spec in directions]
        if not any(field and field.type == "many2one" for field in fields):
            return None
        return directions

    def _sort_groups(self, groups_list, grouping_sets, directions):
        """Sort each list of groups as the database does.

        Blank comes last, and first where it descends.
        """
        for groups, groupby in zip(groups_list, grouping_sets, strict=True):
            for spec, descending in reversed(directions.items()):
                if spec in groupby:
                    self._sort_by(groups, list(groupby).index(spec), spec, descending)
        return groups_list

    def _sort_by(self, groups, index, spec, descending):
        """Sort groups by one of their columns; what is equal stays as it is."""
        values = [group[index] for group in groups]
        field = self._fields.get(spec)
        if field and field.type == "many2one":
            ranks = self._get_ranks(field, {record.id for record in values if record})
            places = {record: ranks.get(record.id) for record in values}
        else:
            places = {value: value for value in values}

        def get_key(group):
            place = places[group[index]]
            return (place is None or place is False, place or 0)

        groups.sort(key=get_key, reverse=descending)

    def _get_ranks(self, field, ids):
        """Return the place of each record in its model's own order, from 1."""
        # Read as the system: an order tells nothing but itself.
        model = self.env[field.comodel_name].sudo().with_context(active_test=False)
        query = model._search([("id", "in", list(ids))], order=model._order)
        return {id_: place for place, id_ in enumerate(query, start=1)}
