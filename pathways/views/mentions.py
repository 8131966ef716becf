"""Comments that name a person."""

from contextlib import suppress

from django.contrib import messages
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_POST

from pathways.forms.write import WriteForm
from pathways.http import see_other
from pathways.models import Mention
from pathways.services import AlreadyAnswered
from pathways.services.mentions import see_mention
from pathways.views.case_detail import write_token


@require_POST
def mention_seen(request, pk):
    """Take it off the person's work; somebody else's is not there."""
    seen = Mention.objects.filter(person=request.user, comment__case__team__in=request.user.roles_by_team)
    mention = get_object_or_404(seen.select_related("comment__case__team"), pk=pk)
    form = WriteForm(request.POST)
    if not form.is_valid():
        messages.error(request, str(form.errors["token"][0]))
        return see_other("my_work")
    with suppress(AlreadyAnswered):
        see_mention(by=request.user, mention=mention, token=write_token(request, form))
    return see_other("my_work")
