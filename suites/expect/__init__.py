"""The sentences that accuse: the only home of "expected … found …". Tests say `expect.succeeded(run)`."""

from suites.expect.analysis import (
    analyzed,
    analyzed_as_absent,
    exported_as_absent,
    layer_metadata,
    nothing_taken,
    recorded,
    target_of,
)
from suites.expect.artifacts import one_for, only_promised, readable
from suites.expect.distributions import check_distribution as distribution
from suites.expect.image import (
    built_on,
    compression_is_described,
    descriptors_fit,
    history_fits,
    identifies,
    layers_are_whole,
    lead_somewhere,
    leads_somewhere,
    names_run_image,
    reports_digest,
    written,
)
from suites.expect.one_child import made_of_one_child, recorded_previous_image, recorded_run_image
from suites.expect.outcomes import holds, positive_control, same
from suites.expect.phase import (
    control,
    control_once,
    exited_with_0,
    no_crash,
    not_judged_if_accepted,
    not_judged_if_refused,
    proper_exit_status,
    refused,
    refused_by,
    succeeded,
    supports_buildpack_api,
)
from suites.expect.programs import starts
from suites.expect.writes import inputs_untouched, nothing_changed, only_its_tags_written

__all__ = [
    "analyzed",
    "analyzed_as_absent",
    "built_on",
    "compression_is_described",
    "control",
    "control_once",
    "descriptors_fit",
    "distribution",
    "exited_with_0",
    "exported_as_absent",
    "history_fits",
    "holds",
    "identifies",
    "inputs_untouched",
    "layer_metadata",
    "layers_are_whole",
    "lead_somewhere",
    "leads_somewhere",
    "made_of_one_child",
    "names_run_image",
    "no_crash",
    "not_judged_if_accepted",
    "not_judged_if_refused",
    "nothing_changed",
    "nothing_taken",
    "one_for",
    "only_its_tags_written",
    "only_promised",
    "positive_control",
    "proper_exit_status",
    "readable",
    "recorded",
    "recorded_previous_image",
    "recorded_run_image",
    "refused",
    "refused_by",
    "reports_digest",
    "same",
    "starts",
    "succeeded",
    "supports_buildpack_api",
    "target_of",
    "written",
]
