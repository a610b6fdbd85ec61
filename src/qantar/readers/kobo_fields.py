"""Sort the fields of one submission: what was answered, what the program wrote, what is personal.

Names are those of KoboToolbox, of XLSForm's own questions about the device and the time,
and of ODK Central. What tells who collected, or with which device, is never text: it
becomes `protected.<name>` among the facts. A field of an unknown name is an answer, so
that nothing is lost by a name nobody foresaw.

Source: KoboToolbox's API v2 and exports; XLSForm, "Metadata"; ODK Central, OData and CSV.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final

from qantar.model.finding import Locator
from qantar.model.read_document import MetaValue
from qantar.readers.caps import MAX_NAME_CHARS
from qantar.readers.finding_log import FindingLog, counted

MAX_ANSWERS: Final = 100_000
"""Of one submission; the longest forms have a few thousand questions."""

_FACTS: Final = {
    "_uuid": "kobo.uuid",
    "_id": "kobo.id",
    "_submission_time": "kobo.submission_time",
    "_xform_id_string": "kobo.form",
    "_status": "kobo.status",
    "_index": "kobo.index",
    "_validation_status": "kobo.validation_status",
    "_validation_status/uid": "kobo.validation_status",
    "_validation_status/timestamp": "kobo.validation_time",
    "_bamboo_dataset_id": "kobo.bamboo_dataset_id",
    "__version__": "kobo.version",
    "_version_": "kobo.version",
    "formhub/uuid": "kobo.form_uuid",
    "meta/instanceID": "kobo.instance_id",
    "meta/instanceName": "kobo.instance_name",
    "meta/rootUuid": "kobo.root_uuid",
    "meta/deprecatedID": "kobo.deprecated_id",
}
# By ODK Central; asked only where a submission has its marks, since people ask such things too.
_ODK_FACTS: Final = {
    "KEY": "kobo.root_uuid",
    "SubmissionDate": "kobo.submission_time",
    "meta-instanceID": "kobo.instance_id",
    "meta-instanceName": "kobo.instance_name",
    "AttachmentsPresent": "kobo.attachments_present",
    "AttachmentsExpected": "kobo.attachments_expected",
    "Status": "kobo.status",
    "ReviewState": "kobo.review_state",
    "Edits": "kobo.edits",
    "FormVersion": "kobo.version",
    "__id": "kobo.root_uuid",
    "__system/submissionDate": "kobo.submission_time",
    "__system/updatedAt": "kobo.updated_at",
    "__system/attachmentsPresent": "kobo.attachments_present",
    "__system/attachmentsExpected": "kobo.attachments_expected",
    "__system/status": "kobo.status",
    "__system/reviewState": "kobo.review_state",
    "__system/edits": "kobo.edits",
    "__system/formVersion": "kobo.version",
}
_ODK_PROTECTED: Final = {
    "SubmitterID": "protected.submitter_id",
    "SubmitterName": "protected.submitter_name",
    "DeviceID": "protected.deviceid",
    "__system/submitterId": "protected.submitter_id",
    "__system/submitterName": "protected.submitter_name",
    "__system/deviceId": "protected.deviceid",
}
_PROTECTED: Final = {
    "_submitted_by": "protected.submitted_by",
    "_validation_status/by_whom": "protected.validated_by",
    "username": "protected.username",
    "email": "protected.email",
}
# Asked of the device, wherever in a form they stand.
_DEVICE: Final = frozenset({"deviceid", "phonenumber", "simserial", "subscriberid", "imei"})
_TIMES: Final = frozenset({"start", "end", "today"})
_DATE: Final = re.compile(r"\d{4}-\d\d-\d\d(?:[T ]\d\d:|\Z)")
# Said elsewhere, or how a web page shows something.
_LEFT_OUT: Final = re.compile(
    r"_attachments(?:\[|/|\Z)|_validation_status/(?:label|color)\Z|.*@odata\.",
    re.DOTALL,
)
_DEGREES: Final = re.compile(r"-?\d{1,3}(?:\.\d{1,20})?")
_PREFIX: Final = "uuid:"


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What was answered, as found, and where it stands; `place.column` is the question."""

    text: str
    place: Locator


@dataclass(slots=True, kw_only=True)
class Submission:
    """One filled form; `number` counts from 1 in its file. 0 stands for rows that lost theirs.

    `hidden` are the cells, with their worksheets, that a workbook does not show.
    """

    number: int
    log: FindingLog
    answers: list[Answer] = field(default_factory=list)
    facts: dict[str, MetaValue] = field(default_factory=dict)
    hidden: set[tuple[str | None, str | None]] = field(default_factory=set)
    left_out: int = 0

    @property
    def uuid(self) -> str | None:
        """Its own id: that of this state of it, where it was edited."""
        return self._first("kobo.uuid", "kobo.instance_id", "kobo.root_uuid")

    @property
    def root(self) -> str | None:
        """The id that stays when it is edited, where the file gives it; else its own."""
        return self._first("kobo.root_uuid", "kobo.instance_id", "kobo.uuid")

    def _first(self, *names: str) -> str | None:
        return next((one for name in names if (one := bare(self.facts.get(name)))), None)

    def take(self, fields: Iterable[tuple[str, str, Locator]], *, odk: bool) -> None:
        """Sort fields: the full name of each, its value as found, and its place."""
        for name, value, place in fields:
            is_place = name.startswith("_geolocation") and "kobo.geolocation" in self.facts
            if value.strip() and not is_place and not _LEFT_OUT.match(name):
                self._take(name, value, place, odk=odk)

    def place_at(self, latitude: float | None, longitude: float | None) -> None:
        """Keep where it says it was filled in, if there is such a place on Earth."""
        if latitude is None or longitude is None or "kobo.geolocation" in self.facts:
            return
        if abs(latitude) <= 90 and abs(longitude) <= 180:  # noqa: PLR2004  # degrees
            self.facts["kobo.geolocation"] = {"lat": latitude, "lon": longitude}

    def finish(self) -> None:
        """Settle the ids, and say what was too much."""
        root = self.root
        if root is not None:
            self.facts["kobo.root_uuid"] = root
        if self.number:
            self.facts["kobo.submission"] = self.number
        if self.left_out:
            text = f"{counted(self.left_out, 'answer')} beyond the cap of {MAX_ANSWERS:,} left out."
            self.log.loss("too-many", text)

    def _take(self, name: str, value: str, place: Locator, *, odk: bool) -> None:
        hidden = _protected(name, value, odk=odk)
        if hidden is not None:
            self._protect(hidden, name, value)
            return
        fact = _fact(name, value, odk=odk)
        if fact and len(value) <= MAX_NAME_CHARS and self.facts.setdefault(fact, value) == value:
            return
        if len(self.answers) < MAX_ANSWERS:
            self.answers.append(Answer(text=value, place=place))
        else:
            self.left_out += 1

    def _protect(self, hidden: str, name: str, value: str) -> None:
        if self.facts.setdefault(hidden, value) != value:
            self.facts.setdefault(f"protected.{name}", value)


def bare(untrusted_id: MetaValue | None) -> str | None:
    """Give an id without the word `uuid:` that some fields put before it; None where it is none."""
    if not isinstance(untrusted_id, str):
        return None
    return untrusted_id.strip().removeprefix(_PREFIX).strip()[:MAX_NAME_CHARS] or None


def degrees(untrusted_text: str) -> float | None:
    """Read a number of degrees; None where it is no plain one."""
    return float(untrusted_text) if _DEGREES.fullmatch(untrusted_text.strip()) else None


def _protected(name: str, value: str, *, odk: bool) -> str | None:
    if found := _PROTECTED.get(name) or (_ODK_PROTECTED.get(name) if odk else None):
        return found
    if name.endswith("_URL") and value.startswith("http") and "/attachments" in value:
        return f"protected.{name}"  # the address names the account of the collector
    last = re.split(r"[/-]", name.rpartition("/")[2] or name)[-1].lower()
    plain = last.partition("#")[0].replace("_", "")
    return f"protected.{plain}" if plain in _DEVICE else None


def _fact(name: str, value: str, *, odk: bool) -> str | None:
    if found := _FACTS.get(name) or (_ODK_FACTS.get(name) if odk else None):
        return found
    return f"kobo.{name}" if name in _TIMES and _DATE.match(value) else None
