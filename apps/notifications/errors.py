from apps.core.errors import Conflict, Invalid


class NoSuchNoticeType(Invalid):
    title, example, field = "No such notice type", "There is no type of notice called “conversation_asigned”.", "kinds"


class QuietHoursNotValid(Invalid):
    title, example, field = (
        "Quiet hours not valid",
        "Quiet hours need a start and an end that differ.",
        "quiet_hours_end",
    )


class NoticesSwitchedOff(Conflict):
    title, example = "Notices switched off", "You have switched off every way in which this notice could reach you."
