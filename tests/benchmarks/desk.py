"""What a person does in the measured requests: look, open a case, answer its items."""

import re
from pathlib import Path

import yaml

from .client import token

PATHWAY = "spinal-metastases"
CONTENT = Path(__file__).parents[2] / "fixtures" / "pathways" / f"{PATHWAY}.yaml"
LIST = "/cases/?view=open&sort=case"
OPENING = f"/cases/new/?template={PATHWAY}"
DETAILS = {
    "age_years": "67",
    "sex": "male",
    "primary_site": "prostate",
    "index_level": "T8",
    "pain_severity": "severe",
    "opioid_use": "strong",
    "cord_compression": "suspected",
    "spinal_stability": "potentially_unstable",
}
ROWS_OF_A_FULL_PAGE = 50
# The demonstration's newest version calls an item of the file otherwise.
RENAMED = {"carer-training": "carer-assessment"}


def answers():
    """Item code and form fields of each answer given: the choices, dates and ticks that always apply."""
    items = [item for phase in yaml.safe_load(CONTENT.read_text())["phases"] for item in phase["items"]]
    for item in items:
        response = item["response"]
        if item["requirement"] == "conditional" or response["kind"] not in ("choice", "date", "tick"):
            continue
        code, fields = RENAMED.get(item["code"], item["code"]), {"status": "done", "version": "1"}
        if response["kind"] == "choice":
            yield code, fields | {"response_value": response["choices"][0]["value"]}
        else:
            yield code, fields | {"one_tap": "yes"}


class Desk:
    """The coordinator's: opens cases, whose items the clients then answer, each once."""

    def __init__(self, client):
        self.client = client
        form = client.get(OPENING).text
        team = re.search(r'<option value="(\d+)" selected', form).group(1)
        version = re.search(r'name="version" value="(\d+)"', form).group(1)
        self.form = {"team": team, "version": version, "step": "save"}
        self.form |= {f"details-{code}": value for code, value in DETAILS.items()}
        self.opened = []

    def case_under_way(self):
        """The page of a case in the middle of its pathway, before the benchmark adds cases that are new."""
        cases = sorted(self.listed(), key=lambda path: int(re.search(r"\d+", path).group()))
        of_pathway = [case for case in cases if case.startswith("/cases/SM-")]
        return of_pathway[len(of_pathway) // 2]

    def open_case(self):
        answer = self.client.post(OPENING, self.form | {"token": token()})
        self.opened.append(answer.location)
        return answer

    def fill_the_list(self):
        """Open cases until the list fills its page; a new case has the 82 items of the template."""
        while len(self.listed()) < ROWS_OF_A_FULL_PAGE:
            self.open_case()

    def listed(self):
        return set(re.findall(r'href="(/cases/[A-Z]+-\d+/)"', self.client.get(LIST).text))

    def saves(self):
        """Posts that answer item after item, case after case, as address and fields; without end."""
        while True:
            if not self.opened:
                self.open_case()
            case = self.opened.pop()
            for code, fields in answers():
                yield f"{case}items/{code}/1/save/", fields | {"token": token()}
