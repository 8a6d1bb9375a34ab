from . import airbag_kpi_report
