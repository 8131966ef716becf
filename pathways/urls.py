"""Every address of the product, grouped by noun; a URL name is the name of its view."""

from django.urls import path, register_converter

from pathways.views import (
    audit,
    audit_export,
    audit_review,
    bulk,
    bulk_choosing,
    case_bundle,
    case_compare,
    case_detail,
    case_details,
    case_history,
    case_list,
    case_live,
    case_open,
    case_state,
    case_time,
    dashboards,
    figure_pages,
    gallery,
    health,
    home,
    items,
    mentions,
    my_work,
    own_items,
    preferences,
    reason_codes,
    restoring,
    saved_views,
    sign_in,
    teams,
    template_compare,
    template_draft,
    template_files,
    template_item,
    template_item_acts,
    template_move,
    template_phase,
    template_publish,
    template_rehearse,
    template_vocabulary,
    templates,
)


class Reference:
    """A case's reference, SM-142: capitals, so that /cases/new/ is no case."""

    regex = "[A-Z][A-Z0-9]{0,5}-[1-9][0-9]{0,8}"
    to_python = to_url = staticmethod(str)


class Occurrence:
    """Which time round, from 1; short enough for any database's integer."""

    regex = "[1-9][0-9]{0,4}"
    to_python = staticmethod(int)
    to_url = staticmethod(str)


class VersionNumber:
    """A version as people say it, v3."""

    regex = "v[1-9][0-9]{0,4}"

    @staticmethod
    def to_python(text):
        return int(text[1:])

    @staticmethod
    def to_url(number):
        return f"v{number}"


class Vocabulary:
    """The lists of a version that its items draw on."""

    regex = "fields|instruments|sources|notes"
    to_python = to_url = staticmethod(str)


register_converter(Reference, "reference")
register_converter(Occurrence, "occurrence")
register_converter(VersionNumber, "versionnumber")
register_converter(Vocabulary, "vocabulary")

CASE = "cases/<reference:reference>/"
ITEM = f"{CASE}items/<slug:code>/<occurrence:occurrence>/"
TEMPLATE = "templates/<slug:template>/"
VERSION = f"{TEMPLATE}<versionnumber:number>/"
DRAFT = f"{TEMPLATE}draft/"
DRAFT_ITEM = f"{DRAFT}items/<slug:code>/"
ENTRY = f"{DRAFT}<vocabulary:kind>/<str:entry>/"

urlpatterns = [
    path("", my_work.my_work, name="my_work"),
    path("about/", home.about, name="about"),
    path("help/", home.help, name="help"),
    path("gallery/", gallery.gallery, name="gallery"),
    path("preferences/", preferences.preferences, name="preferences"),
    path("sign-in/", sign_in.sign_in, name="sign_in"),
    path("sign-out/", sign_in.sign_out, name="sign_out"),
    path("stay-signed-in/", sign_in.stay_signed_in, name="stay_signed_in"),
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
    path("audit/", audit.audit, name="audit"),
    path("audit/export/<slug:form>/", audit_export.audit_export, name="audit_export"),
    path("audit/review/", audit_review.audit_review, name="audit_review"),
    path("cases/", case_list.case_list, name="case_list"),
    path("cases/views/new/", saved_views.view_new, name="view_new"),
    path("cases/views/<occurrence:pk>/save/", saved_views.view_save, name="view_save"),
    path("cases/views/<occurrence:pk>/remove/", saved_views.view_remove, name="view_remove"),
    path("bulk/<occurrence:pk>/", bulk.bulk_detail, name="bulk_detail"),
    path("cases/bulk/", bulk_choosing.case_bulk, name="case_bulk"),
    path("cases/new/", case_open.case_open, name="case_open"),
    path(CASE, case_detail.case_detail, name="case_detail"),
    path(f"{CASE}bundle/", case_bundle.case_bundle, name="case_bundle"),
    path(f"{CASE}details/", case_details.case_details, name="case_details"),
    path(f"{CASE}details/restore/", restoring.case_detail_restore, name="case_detail_restore"),
    path(f"{CASE}live/", case_live.case_live, name="case_live"),
    path(f"{CASE}over-time/", case_time.case_time, name="case_time"),
    path(f"{CASE}history/", case_history.case_history, name="case_history"),
    path(f"{CASE}compare/", case_compare.case_compare, name="case_compare"),
    path(f"{CASE}phases/<slug:phase>/bulk/", bulk_choosing.phase_bulk, name="phase_bulk"),
    path(f"{CASE}comment/", case_detail.case_comment, name="case_comment"),
    path(f"{CASE}hold/", case_state.case_hold, name="case_hold"),
    path(f"{CASE}close/", case_state.case_close, name="case_close"),
    path(f"{CASE}reopen/", case_state.case_reopen, name="case_reopen"),
    path("mentions/<occurrence:pk>/seen/", mentions.mention_seen, name="mention_seen"),
    path(f"{CASE}phases/<slug:phase>/start/", case_detail.phase_start, name="phase_start"),
    path(f"{CASE}phases/<slug:phase>/items/new/", own_items.case_item_new, name="case_item_new"),
    path(ITEM, items.item_detail, name="item_detail"),
    path(f"{ITEM}save/", items.item_save, name="item_save"),
    path(f"{ITEM}undo/", items.item_undo, name="item_undo"),
    path(f"{ITEM}switch/", own_items.item_switch, name="item_switch"),
    path(f"{ITEM}restore/", restoring.item_restore, name="item_restore"),
    path(f"{ITEM}assign/", items.item_assign, name="item_assign"),
    path(f"{ITEM}due/", items.item_due, name="item_due"),
    path(f"{ITEM}comment/", items.item_comment, name="item_comment"),
    path("dashboards/", dashboards.dashboard_first, name="dashboard_first"),
    path("dashboards/phase-progress/", dashboards.dashboard_progress, name="dashboard_progress"),
    path(
        "dashboards/phase-progress/phases.csv",
        dashboards.dashboard_progress_csv,
        name="dashboard_progress_csv",
    ),
    path("people/teams/<slug:code>/", teams.team_detail, name="team_detail"),
    path("people/teams/<slug:code>/reassign/", teams.team_reassign, name="team_reassign"),
    path("dashboards/<slug:page>/", figure_pages.dashboard_figures, name="dashboard_figures"),
    path("dashboards/<slug:page>/rows/", figure_pages.dashboard_rows, name="dashboard_rows"),
    path("dashboards/<slug:page>/<slug:figure>.csv", figure_pages.dashboard_csv, name="dashboard_csv"),
    path("people/reasons/", reason_codes.reason_list, name="reason_list"),
    path("people/reasons/new/", reason_codes.reason_new, name="reason_new"),
    path("people/reasons/<slug:code>/", reason_codes.reason_detail, name="reason_detail"),
    path("templates/", templates.template_list, name="template_list"),
    path("templates/new/", templates.template_new, name="template_new"),
    path("templates/import/", template_files.template_import_new, name="template_import_new"),
    path(TEMPLATE, templates.template_detail, name="template_detail"),
    path(VERSION, templates.template_version, name="template_version"),
    path(f"{TEMPLATE}import/", template_files.template_import, name="template_import"),
    path(f"{VERSION}export/<slug:form>/", template_files.version_export, name="version_export"),
    path(f"{DRAFT}export/<slug:form>/", template_files.draft_export, name="draft_export"),
    path(f"{TEMPLATE}compare/", template_compare.template_compare, name="template_compare"),
    path(f"{TEMPLATE}move-cases/", template_move.template_move, name="template_move"),
    path("moves/<occurrence:pk>/", template_move.move_detail, name="move_detail"),
    path(f"{TEMPLATE}publish/", template_publish.template_publish, name="template_publish"),
    path(f"{VERSION}retire/", template_publish.version_retire, name="version_retire"),
    path(DRAFT, template_draft.template_draft, name="template_draft"),
    path(f"{DRAFT}items/new/", template_item.template_item_new, name="template_item_new"),
    path(DRAFT_ITEM, template_item.template_item, name="template_item"),
    path(
        f"{DRAFT_ITEM}duplicate/", template_item_acts.template_item_duplicate, name="template_item_duplicate"
    ),
    path(f"{DRAFT}move/", template_item_acts.template_item_move, name="template_item_move"),
    path(f"{DRAFT_ITEM}put-back/", template_item_acts.template_item_put_back, name="template_item_put_back"),
    path(f"{DRAFT_ITEM}remove/", template_item_acts.template_item_remove, name="template_item_remove"),
    path(f"{DRAFT}phases/<slug:phase>/", template_phase.template_phase, name="template_phase"),
    path(f"{DRAFT}start/", templates.draft_start, name="draft_start"),
    path(f"{DRAFT}discard/", templates.draft_discard, name="draft_discard"),
    path(f"{DRAFT}rehearse/", template_rehearse.template_rehearse, name="template_rehearse"),
    path(f"{DRAFT}<vocabulary:kind>/", template_vocabulary.template_vocabulary, name="template_vocabulary"),
    path(f"{DRAFT}new/<vocabulary:kind>/", template_vocabulary.draft_entry_new, name="draft_entry_new"),
    path(ENTRY, template_vocabulary.draft_entry, name="draft_entry"),
    path(f"{ENTRY}move/", template_vocabulary.draft_entry_move, name="draft_entry_move"),
    path(f"{ENTRY}remove/", template_vocabulary.draft_entry_remove, name="draft_entry_remove"),
]
