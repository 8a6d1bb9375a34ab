# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
{
    "name": "Airbag Client Management (ISO 9001)",
    "summary": "PRO 008 Gestión del Cliente: quotation, contract, visits, "
    "satisfaction, complaints, renewal and the evidence of each",
    "version": "19.0.1.1.0",
    "category": "Services/Customer Management",
    "author": "PRO AIRBAG",
    "license": "AGPL-3",
    "application": True,
    "depends": [
        "sale_management",
        "sale_crm",
        "sale_loyalty",
        "survey",
        "portal",
        "spreadsheet_dashboard",
        "helpdesk_mgmt",
        "sale_order_revision",
    ],
    "data": [
        # security
        "security/airbag_client_mgmt_groups.xml",
        "security/ir.model.access.csv",
        "security/airbag_intervention_security.xml",
        "security/followup_security.xml",
        "security/airbag_contract_security.xml",
        "security/airbag_kpi_security.xml",
        # data: service
        "data/ir_sequence_data.xml",
        "data/ir_cron_service_data.xml",
        "data/mail_planning_data.xml",
        # data: contract
        "data/crm_capture_data.xml",
        "data/contract_data.xml",
        "data/airbag_treatment_data.xml",
        "data/sale_order_template_data.xml",
        "data/airbag_loyalty_data.xml",
        # data: follow-up
        "data/mail_followup_data.xml",
        "data/helpdesk_data.xml",
        "data/survey_data.xml",
        "data/ir_cron_followup_data.xml",
        # data: indicators
        "data/airbag_kpi_data.xml",
        # views: sections of the menu, then one file a model
        "views/airbag_client_mgmt_sections.xml",
        "views/res_config_settings_views.xml",
        # views: service
        "views/airbag_treatment_views.xml",
        "views/airbag_vehicle_views.xml",
        "views/airbag_recommendation_views.xml",
        "wizard/airbag_intervention_reschedule_views.xml",
        "views/airbag_intervention_views.xml",
        # views: contract
        "views/utm_medium_views.xml",
        "views/crm_lead_views.xml",
        "views/mail_activity_views.xml",
        "views/res_partner_views.xml",
        "views/product_template_views.xml",
        "views/airbag_renewal_contact_views.xml",
        "views/sale_order_views.xml",
        "views/sale_order_visits_views.xml",
        "views/sale_order_template_views.xml",
        "views/airbag_contract_obligation_views.xml",
        "views/airbag_loyalty_level_views.xml",
        "views/loyalty_program_views.xml",
        "views/res_config_settings_contract_views.xml",
        "views/sale_portal_templates.xml",
        "wizard/airbag_contract_close_views.xml",
        # views: follow-up
        "views/airbag_improvement_area_views.xml",
        "views/helpdesk_ticket_views.xml",
        "views/helpdesk_ticket_setup_views.xml",
        "views/service_request_templates.xml",
        "views/survey_user_input_views.xml",
        "views/survey_question_views.xml",
        "wizard/airbag_survey_wizard_views.xml",
        "views/airbag_intervention_followup_views.xml",
        "views/res_config_settings_followup_views.xml",
        # views: indicators
        "views/airbag_kpi_views.xml",
        "report/airbag_kpi_report_views.xml",
        # reports
        "report/airbag_contract_templates.xml",
        "data/mail_sale_order_data.xml",
        # menus
        "views/airbag_client_mgmt_menus.xml",
    ],
    "demo": [
        "demo/res_company_demo.xml",
        "demo/res_users_demo.xml",
        "demo/product_demo.xml",
        "demo/res_partner_fleet_demo.xml",
        "demo/res_partner_demo.xml",
        "demo/airbag_vehicle_demo.xml",
        "demo/history_demo.xml",
    ],
    "assets": {
        "web.assets_backend": ["airbag_client_mgmt/static/src/views/**/*"],
        "web.report_assets_common": ["airbag_client_mgmt/static/src/scss/report.scss"],
        "web.assets_tests": ["airbag_client_mgmt/static/tests/tours/**/*"],
    },
}
