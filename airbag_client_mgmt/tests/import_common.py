# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
import csv
import io

from .common import ClientMgmtCommon

#: What the web client sends with a file just chosen.
OPTIONS = {
    "advanced": True,
    "date_format": "",
    "datetime_format": "",
    "encoding": "",
    "fallback_values": {},
    "float_decimal_separator": ".",
    "float_thousand_separator": ",",
    "has_headers": True,
    "import_set_empty_fields": [],
    "import_skip_records": [],
    "keep_matches": False,
    "limit": 2000,
    "name_create_enabled_fields": {},
    "quoting": '"',
    "separator": ",",
    "sheet": "",
    "skip": 0,
    "tracking_disable": True,
}


class ImportCommon(ClientMgmtCommon):
    """The import screen, as the QMS responsible uses it."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.quality.lang = False
        cls.service.default_code = "SVC"
        cls.airbag.default_code = "AB-1"
        cls.area = cls.env.ref("airbag_client_mgmt.helpdesk_team_quality")
        cls.area.name = "Test area"

    @classmethod
    def _upload(cls, model, content, name, dryrun=False, user=None, **options):
        """Import a file as the web client does, and return what it is told."""
        env = cls.env(user=user or cls.quality)
        env = env(context={"lang": options.pop("lang", "en_US")})
        wizard = env["base_import.import"].create(
            {"res_model": model, "file": content, "file_name": name}
        )
        options = {**OPTIONS, **options}
        preview = wizard.parse_preview(options)
        assert "error" not in preview, preview
        columns = preview["headers"]
        fields = [
            "/".join(preview["matches"].get(index, [])) or False
            for index in range(len(columns))
        ]
        result = wizard.execute_import(fields, columns, options, dryrun=dryrun)
        return {**result, "fields": fields, "columns": columns}

    @classmethod
    def _to_csv(cls, kind, rows):
        """Return a file whose headers are the labels of the columns."""
        model = cls.env[f"airbag.import.{kind}"].with_context(lang="en_US")
        labels = model.fields_get(attributes=["string"])
        names = list(dict.fromkeys(name for row in rows for name in row))
        buffer = io.StringIO()
        writer = csv.writer(buffer)
        writer.writerow([labels[name]["string"] for name in names])
        writer.writerows([[row.get(name, "") for name in names] for row in rows])
        return buffer.getvalue().encode()

    @classmethod
    def _import(cls, kind, *rows, **kwargs):
        """Import rows of a kind, given by the names of the fields."""
        content = cls._to_csv(kind, rows)
        return cls._upload(f"airbag.import.{kind}", content, f"{kind}.csv", **kwargs)

    @classmethod
    def _import_right(cls, kind, *rows, **kwargs):
        """Import rows that are right, and return what they made."""
        result = cls._import(kind, *rows, **kwargs)
        assert result["ids"], result["messages"]
        return cls.env[f"airbag.import.{kind}"].browse(result["ids"]).record_id

    def assertRefused(self, result, *expected):
        """Nothing is written; each wrong row is named with its column and reason."""
        self.assertFalse(result["ids"])
        told = [
            (message["rows"]["from"], message.get("field"), message["message"])
            for message in result["messages"]
        ]
        self.assertEqual(len(told), len(expected), told)
        for (row, fname, text), found in zip(expected, sorted(told), strict=True):
            self.assertEqual((row, fname), found[:2], told)
            self.assertIn(text, found[2])

    # === ROWS THAT ARE RIGHT === #
    @classmethod
    def _contract_row(cls, number=1, **values):
        return {
            "external_id": f"CON-{number}",
            "number": f"OLD-{number}",
            "customer": "Test Fleet",
            "salesperson": "test_salesperson",
            "signed_on": "2023-01-10",
            "signed_by": "Ana",
            "contract_start": "2023-01-15",
            "contract_months": "12",
            "service": "SVC",
            "amount": "1200",
            "visit_interval": "3",
            "visit_interval_unit": "Months",
            **values,
        }

    @classmethod
    def _visit_row(cls, number=1, **values):
        return {
            "external_id": f"INT-{number}",
            "customer": "Test Fleet",
            "treatment": "T-DIAG",
            "technician": "test_technician",
            "license_plate": "ABC-123",
            "started_at": "2023-01-18 09:00:00",
            "finished_at": "2023-01-18 11:30:00",
            "products_used": "AB-1*2#L-7",
            "recommendations": "Change the belt; Come back",
            **values,
        }

    @classmethod
    def _survey_row(cls, number=1, **values):
        return {
            "external_id": f"ENC-{number}",
            "intervention": f"INT-{number}",
            "answered_on": "2023-01-20",
            "overall": "4",
            "quality": "5",
            "recommend": "9",
            "comment": "Fine",
            **values,
        }

    @classmethod
    def _ticket_row(cls, number=1, **values):
        return {
            "external_id": f"QUE-{number}",
            "customer": "Test Fleet",
            "kind": "Complaint",
            "subject": "The lamp is on again",
            "area": "Test area",
            "received_on": "2023-02-06 09:00:00",
            "resolved_on": "2023-02-07 11:00:00",
            **values,
        }
