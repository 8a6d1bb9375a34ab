# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
import ast
import inspect
import textwrap
from types import FunctionType

from odoo.orm.model_classes import is_model_definition
from odoo.tests import TransactionCase, tagged

ADDON = "odoo.addons.airbag_client_mgmt."


def _get_own_parts(model):
    """Return the classes of our files that make a model up, last loaded first."""
    return [
        part
        for part in type(model)._base_classes__
        if is_model_definition(part) and part.__module__.startswith(ADDON)
    ]


def _get_methods(part):
    """Return {name: function} of the methods that a class itself defines."""
    methods = {}
    for name, value in vars(part).items():
        function = value.fget if isinstance(value, property) else value
        function = inspect.unwrap(getattr(function, "__func__", function))
        if isinstance(function, FunctionType):
            methods[name] = function
    return methods


def _goes_on(function, name):
    """Tell whether a method, or what decorates it, calls ``super().name``."""
    tree = ast.parse(textwrap.dedent(inspect.getsource(function)))
    return any(
        isinstance(node, ast.Attribute)
        and node.attr == name
        and isinstance(node.value, ast.Call)
        and getattr(node.value.func, "id", "") == "super"
        for node in ast.walk(tree)
    )


def _find_shadowed(parts):
    """Return the methods that stand before one of another file and never call it."""
    shadowed = []
    methods = [_get_methods(part) for part in parts]
    for index, part in enumerate(parts):
        behind = set().union(*methods[index + 1 :])
        shadowed += [
            f"{part.__module__.removeprefix(ADDON)}.{name}"
            for name, function in methods[index].items()
            if name in behind and not _goes_on(function, name)
        ]
    return shadowed


class First:
    def _work(self):
        return 1

    @staticmethod
    def _help():
        return 1

    @property
    def _place(self):
        return 1


class Rude(First):
    def _work(self):
        return 2

    @staticmethod
    def _help():
        return 2

    @property
    def _place(self):
        return 2

    def _other(self):
        return 2


class Polite(First):
    def _work(self):
        return super()._work() + 1


@tagged("post_install", "-at_install")
class TestStructure(TransactionCase):
    """A model made of several files: none may silently undo another's work."""

    def test_no_method_shadows_one_of_another_file(self):
        parts_of = {name: _get_own_parts(self.env[name]) for name in self.registry}
        several = {name: parts for name, parts in parts_of.items() if len(parts) > 1}
        self.assertIn("survey.user_input", several)
        found = {name: _find_shadowed(parts) for name, parts in several.items()}
        self.assertEqual({name: bad for name, bad in found.items() if bad}, {})

    def test_a_shadowed_method_is_found(self):
        def find(*parts):
            return [name.rpartition(".")[2] for name in _find_shadowed(parts)]

        self.assertEqual(find(Rude, First), ["_work", "_help", "_place"])
        self.assertEqual(find(Polite, First), [])
        self.assertEqual(find(First), [])
